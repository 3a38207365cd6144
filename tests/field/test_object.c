/* SPDX-License-Identifier: Apache-2.0 */
/* fd.*, fs.path.*, mount.*, target.*: what was acted upon. */
#include "stage.h"
#include "state/acted_upon.h"

#include "field/call_path.h"
#include "field/endpoint.h"

#define PATH_OF(item, name, kind)                                                                  \
	"PATH item=" item " name=\"" name "\" inode=77 dev=fd:01 mode=0100644 ouid=0 ogid=0 "      \
	"rdev=00:00 nametype=" kind

static void stage_object(struct stage *t, const char *name, uint32_t mode)
{
	t->scene.object = (struct object){
		.exists = true,
		.name = str_of(name),
		.nameraw = str_of(name),
		.has_inode = true,
		.inode = UINT64_MAX,
		.dev_major = 253,
		.dev_minor = 300,
		.rdev_major = 8,
		.rdev_minor = 1,
		.mode = mode,
	};
}

/* files */

static void test_object_is_told_by_device_and_inode(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("257", "yes", "3", "ffffff9c", "7ffd", "0", "0"));
	stage_object(t, "/t/innocent", 0100644);
	t->scene.object.knob = STR("release_agent");
	t->scene.object.fstype = STR("cgroup");
	t->scene.object.realpath = STR("/sys/fs/cgroup/x/release_agent");
	stage_process(t, "tool", STR("tool"));
	assert_field(t, "fd.name", "/t/innocent");
	assert_field(t, "fd.directory", "/t");
	assert_field(t, "fd.filename", "innocent");
	assert_field(t, "fd.nameraw", "/t/innocent");
	assert_field(t, "fd.realpath", "/sys/fs/cgroup/x/release_agent");
	assert_field(t, "fd.kernel_knob", "release_agent");
	assert_field(t, "fd.fstype", "cgroup");
	assert_field(t, "fd.ino", "18446744073709551615");
	assert_field(t, "fd.dev.major", "253");
	assert_field(t, "fd.dev.minor", "300");
	assert_field(t, "fd.dev", "1113388"); /* makedev(253, 300) */
	assert_field(t, "fd.num", "3");
	assert_field(t, "fd.uid", "3100");
	assert_field(t, "fd.containername", "host:/t/innocent");
	assert_field(t, "fd.containerdirectory", "host:/t");
	assert_no_field(t, "fd.rdev.major");
	t->scene.object.has_inode = false;
	assert_no_field(t, "fd.ino");
	assert_no_field(t, "fd.dev");
	assert_no_field(t, "fd.dev.minor");
}

static void test_object_type_follows_its_mode(void **state)
{
	static const struct {
		uint32_t mode;
		const char *type, *letter, *filetype;
	} rows[] = {
		{ 0100644, "file", "f", "regular" }, { 0040755, "directory", "d", "directory" },
		{ 0060660, "file", "f", "block" },   { 0020666, "file", "f", "char" },
		{ 0010600, "pipe", "p", "fifo" },    { 0140755, "unix", "u", "socket" },
		{ 0120777, "file", "f", "link" },
	};
	struct stage *t = *state;

	PLAY(t, CALL("257", "yes", "3", "ffffff9c", "7ffd", "0", "0"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		stage_object(t, "/x", rows[i].mode);
		assert_field(t, "fd.type", rows[i].type);
		assert_field(t, "fd.typechar", rows[i].letter);
		assert_field(t, "fd.filetype", rows[i].filetype);
	}
	stage_object(t, "/x", 0060660);
	assert_field(t, "fd.rdev.major", "8");
	assert_field(t, "fd.rdev.minor", "1");
	stage_object(t, "/x", 0);
	assert_no_field(t, "fd.type");
	assert_no_field(t, "fd.filetype");
}

static void test_object_names_at_the_edge(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("257", "yes", "3", "ffffff9c", "7ffd", "0", "0"));
	stage_object(t, "/", 0040755);
	assert_field(t, "fd.directory", "/");
	assert_field(t, "fd.filename", "");
	stage_object(t, "/f", 0100644);
	assert_field(t, "fd.directory", "/");
	t->scene.object.name = STR_ABSENT;
	assert_no_field(t, "fd.name");
	assert_no_field(t, "fd.directory");
	assert_no_field(t, "fd.containername");
	assert_field(t, "fd.nameraw", "/f");
}

static void test_descriptor_number_only_where_one_is_made(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("257", "no", "-2", "ffffff9c", "7ffd", "0", "0"));
	assert_field(t, "fd.num", "-1");
	PLAY(t, CALL("319", "yes", "5", "7ffd", "0", "0", "0"));
	assert_field(t, "fd.num", "5");
	assert_field(t, "fd.type", "memfd");
	PLAY(t, CALL("90", "yes", "0", "7ffd", "1ed", "0", "0"));
	assert_no_field(t, "fd.num");
	assert_no_field(t, "fd.uid");
}

/* paths of calls */

static void test_call_path_starts_from_the_working_directory(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("83", "yes", "0", "7ffd", "1ff", "0", "0"), "CWD cwd=\"/w/x\"",
	     PATH_OF("0", "/w/", "PARENT"), PATH_OF("1", "../d/./e", "CREATE"));
	assert_field(t, "fs.path.name", "/w/d/e");
	assert_field(t, "fs.path.nameraw", "../d/./e");
	assert_field(t, "evt.abspath", "/w/d/e");
	assert_no_field(t, "fs.path.source");
	assert_no_field(t, "fs.path.target");
	PLAY(t, CALL("83", "no", "-13", "7ffd", "1ff", "0", "0"), "CWD cwd=\"/w/x\"",
	     PATH_OF("0", "e", "UNKNOWN"));
	assert_no_field(t, "fs.path.name");
	assert_no_field(t, "fs.path.nameraw");
	assert_field(t, "evt.arg.path", "e");
}

static void test_call_path_of_a_descriptor_is_not_guessed(void **state)
{
	struct stage *t = *state;

	/* unlinkat(5, "e") is not about the working directory */
	PLAY(t, CALL("263", "yes", "0", "5", "7ffd", "0", "0"), "CWD cwd=\"/w\"",
	     PATH_OF("0", "/w", "PARENT"), PATH_OF("1", "e", "DELETE"));
	assert_no_field(t, "fs.path.name");
	assert_field(t, "fs.path.nameraw", "e");
	PLAY(t, CALL("263", "yes", "0", "5", "7ffd", "0", "0"), "CWD cwd=\"/w\"",
	     PATH_OF("0", "/abs/e", "DELETE"));
	assert_field(t, "fs.path.name", "/abs/e");
}

static void test_object_of_a_call_lies_on_its_containers_root_or_not(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("90", "yes", "0", "7ffd", "9ed", "0", "0"), PATH_OF("0", "/t/su", "NORMAL"));
	assert_no_field(t, "fs.path.is_on_root");
	stage_container(t);
	assert_no_field(t, "fs.path.is_on_root");
	t->container.has_root_device = true;
	t->container.root_major = 0xfd;
	t->container.root_minor = 1;
	assert_field(t, "fs.path.is_on_root", "true");
	t->container.root_minor = 2;
	assert_field(t, "fs.path.is_on_root", "false");
	/* fchmod names nothing, and its record has the inode all the same */
	PLAY(t, CALL("91", "no", "-1", "3", "9ed", "0", "0"), PATH_OF("0", "", "NORMAL"));
	stage_container(t);
	t->container.root_minor = 1;
	assert_field(t, "fs.path.is_on_root", "true");
	/* a directory on the way is not what is made */
	PLAY(t, CALL("257", "no", "-13", "ffffff9c", "7ffd", "41", "9ed"),
	     PATH_OF("0", "/t/", "PARENT"));
	stage_container(t);
	assert_no_field(t, "fs.path.is_on_root");
}

static void test_owner_of_a_file_is_told_with_name_and_image(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("59", "yes", "0", "7f00", "7f01", "0", "0"), PATH_OF("0", "/t/su", "NORMAL"));
	assert_no_field(t, "fd.container.id");
	assert_no_field(t, "fd.container.name");
	stage_container(t);
	assert_no_field(t, "fd.container.id");
	assert_no_field(t, "fd.origin");
	t->event.type = EVT_USERMODEHELPER;
	t->scene.object.has_inode = true;
	assert_field(t, "fd.origin", "host");
	t->scene.object.owner.container = &t->container;
	assert_field(t, "fd.origin", "root");
	t->scene.object.owner.is_volume = true;
	assert_field(t, "fd.origin", "volume");
	assert_field(t, "fd.container.id", "f0a1b2c3d4e5");
	assert_field(t, "fd.container.name", "web");
	assert_field(t, "fd.container.image.repository", "registry:5000/team/app");
}

static void test_call_paths_of_two_are_told_apart(void **state)
{
	struct stage *t = *state;

	/* renameat2(AT_FDCWD, "a", 7, "b") */
	PLAY(t, CALL("316", "yes", "0", "ffffff9c", "1", "7", "2"), "CWD cwd=\"/w\"",
	     PATH_OF("0", "/w", "PARENT"), PATH_OF("1", "/q", "PARENT"),
	     PATH_OF("2", "a", "DELETE"), PATH_OF("3", "b", "CREATE"));
	assert_field(t, "fs.path.source", "/w/a");
	assert_field(t, "evt.abspath.src", "/w/a");
	assert_no_field(t, "fs.path.target");
	assert_field(t, "fs.path.targetraw", "b");
	assert_no_field(t, "fs.path.name");
	/* the text of a symbolic link starts from the link */
	PLAY(t, CALL("88", "yes", "0", "1", "2", "0", "0"), "CWD cwd=\"/w\"",
	     PATH_OF("0", "/w", "PARENT"), "PATH item=1 name=\"../x\" nametype=UNKNOWN",
	     PATH_OF("2", "l", "CREATE"));
	assert_no_field(t, "fs.path.source");
	assert_field(t, "fs.path.sourceraw", "../x");
	assert_field(t, "fs.path.target", "/w/l");
}

static void test_call_path_without_its_records_is_absent(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("82", "yes", "0", "1", "2", "0", "0"));
	assert_no_field(t, "fs.path.source");
	assert_no_field(t, "fs.path.targetraw");
	PLAY(t, CALL("83", "yes", "0", "7ffd", "1ff", "0", "0"), PATH_OF("0", "rel", "CREATE"));
	assert_no_field(t, "fs.path.name");
	assert_field(t, "fs.path.nameraw", "rel");
	PLAY(t, CALL("83", "yes", "0", "7ffd", "1ff", "0", "0"),
	     "PATH item=0 name=(null) nametype=CREATE");
	assert_no_field(t, "fs.path.nameraw");
}

static void test_mount_call_tells_its_paths(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("165", "yes", "0", "1", "2", "3", "1000"), "CWD cwd=\"/w\"",
	     PATH_OF("0", "m", "NORMAL"), PATH_OF("1", "/etc", "NORMAL"));
	assert_field(t, "mount.target", "/w/m");
	assert_field(t, "mount.source", "/etc");
	assert_no_field(t, "mount.fstype");
	assert_no_field(t, "mount.options");
	assert_field(t, "fs.path.target", "/w/m");
	PLAY(t, CALL("165", "no", "-1", "1", "2", "3", "1000"), "CWD cwd=\"/w\"",
	     PATH_OF("0", "m", "NORMAL"));
	assert_no_field(t, "mount.target");
}

/* sockets */

#define CONNECT CALL("42", "yes", "0", "3", "7ffd", "10", "0")
#define BIND CALL("49", "yes", "0", "3", "7ffd", "10", "0")
#define ACCEPT CALL("43", "yes", "4", "3", "7ffd", "10", "0")

static void test_connect_names_the_server(void **state)
{
	struct stage *t = *state;

	PLAY(t, CONNECT, "SOCKADDR saddr=020001BBC0A80001");
	assert_field(t, "fd.name", "?->192.168.0.1:443");
	assert_field(t, "fd.type", "ipv4");
	assert_field(t, "fd.sockfamily", "ip");
	assert_field(t, "fd.sip", "192.168.0.1");
	assert_field(t, "fd.rip", "192.168.0.1");
	assert_field(t, "fd.ip", "192.168.0.1");
	assert_field(t, "fd.sport", "443");
	assert_field(t, "fd.rport", "443");
	assert_field(t, "fd.port", "443");
	assert_field(t, "fd.is_server", "false");
	assert_field(t, "fd.connected", "true");
	assert_no_field(t, "fd.cip");
	assert_no_field(t, "fd.lip");
	assert_no_field(t, "fd.lport");
	assert_no_field(t, "fd.directory");
	assert_no_field(t, "fd.l4proto");
	stage_print(t, "fd.net");
	stage_print(t, "fd.snet");
}

static void test_accept_names_the_client_and_bind_ourselves(void **state)
{
	struct stage *t = *state;

	PLAY(t, ACCEPT, "SOCKADDR saddr=0200C0010A000002");
	assert_field(t, "fd.cip", "10.0.0.2");
	assert_field(t, "fd.rport", "49153");
	assert_field(t, "fd.is_server", "true");
	assert_no_field(t, "fd.sip");
	PLAY(t, BIND, "SOCKADDR saddr=0200005000000000");
	assert_field(t, "fd.name", "0.0.0.0:80->?");
	assert_field(t, "fd.lip", "0.0.0.0");
	assert_field(t, "fd.sport", "80");
	assert_no_field(t, "fd.rip");
	assert_no_field(t, "fd.connected");
}

static void test_addresses_of_other_families(void **state)
{
	struct stage *t = *state;

	PLAY(t, CONNECT, "SOCKADDR saddr=0A000050000000000000000000000000000000000000000100000000");
	assert_field(t, "fd.name", "?->::1:80");
	assert_field(t, "fd.type", "ipv6");
	assert_field(t, "fd.rip", "::1");
	/* mapped IPv4 is IPv4 */
	PLAY(t, CONNECT, "SOCKADDR saddr=0A0000500000000000000000000000000000FFFF7F00000100000000");
	assert_field(t, "fd.rip", "127.0.0.1");
	PLAY(t, CONNECT, "SOCKADDR saddr=0A0009470000000000000000000000000000FFFFA9FEA9FE00000000");
	assert_field(t, "fd.name", "?->169.254.169.254:2375");
	assert_field(t, "fd.sip", "169.254.169.254");
	assert_field(t, "fd.sport", "2375");
	PLAY(t, CONNECT, "SOCKADDR saddr=01002F72756E2F646F636B65722E736F636B0000");
	assert_field(t, "fd.name", "?->/run/docker.sock");
	assert_field(t, "fd.type", "unix");
	assert_field(t, "fd.sockfamily", "unix");
	assert_no_field(t, "fd.sip");
	PLAY(t, CONNECT, "SOCKADDR saddr=0100006162");
	assert_field(t, "fd.name", "?->@ab");
	PLAY(t, CONNECT, "SOCKADDR saddr=0100");
	assert_no_field(t, "fd.name");
	assert_field(t, "fd.type", "unix");
	PLAY(t, CONNECT, "SOCKADDR saddr=100000000000000000000000");
	assert_no_field(t, "fd.name");
	assert_no_field(t, "fd.sockfamily");
	assert_field(t, "fd.type", "other");
}

static void test_addresses_cut_short_are_absent(void **state)
{
	static const char *const short_ones[] = {
		"SOCKADDR saddr=02",
		"SOCKADDR saddr=02000050",
		"SOCKADDR saddr=0200005001020",
		"SOCKADDR saddr=0A00005000000000",
		"SOCKADDR saddr=",
		"SOCKADDR saddr=(null)",
		"SOCKADDR saddr=zz",
		"SOCKADDR x=1",
	};
	struct stage *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(short_ones); i++) {
		PLAY(t, CONNECT, short_ones[i]);
		assert_no_field(t, "fd.rip");
		assert_no_field(t, "fd.rport");
		assert_no_field(t, "fd.net");
	}
	PLAY(t, CONNECT);
	assert_no_field(t, "fd.name");
	assert_field(t, "fd.is_server", "false");
}

static void test_socket_call_tells_its_protocol(void **state)
{
	static const struct {
		const char *call, *protocol;
	} rows[] = {
		{ CALL("41", "yes", "3", "2", "80001", "0", "0"), "tcp" },
		{ CALL("41", "yes", "3", "a", "2", "0", "0"), "udp" },
		{ CALL("41", "yes", "3", "2", "3", "1", "0"), "icmp" },
		{ CALL("41", "yes", "3", "2", "3", "ff", "0"), "raw" },
		{ CALL("41", "yes", "3", "10", "3", "0", "0"), NULL },
		{ CALL("41", "yes", "3", "2", "5", "84", "0"), NULL },
	};
	struct stage *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		PLAY(t, rows[i].call);
		if (rows[i].protocol)
			assert_field(t, "fd.l4proto", rows[i].protocol);
		else
			assert_no_field(t, "fd.l4proto");
	}
}

/* targets */

static void test_target_is_the_one_of_its_record(void **state)
{
	struct facts *facts = facts_none();
	struct state *s = state_new(NULL, facts);
	struct stage *t = *state;

	assert_non_null(s);
	PLAY(t, CALL("62", "yes", "0", "2a", "9", "0", "0"),
	     "OBJ_PID opid=4242 oauid=1000 ouid=33 oses=1 ocomm=\"victim\"");
	acted_upon_observe(s, &t->event, NULL, &t->scene);
	state_free(s);
	facts_free(facts);
	assert_field(t, "target.pid", "4242");
	assert_field(t, "target.name", "victim");
	assert_no_field(t, "target.role");
	t->scene.target.role = ROLE_AUDITD;
	assert_field(t, "target.role", "auditd");
	assert_field(t, "target.uid", "33");
	assert_no_field(t, "target.exepath");
	assert_no_field(t, "target.container.id");
}

static void test_mount_change_tells_mount_and_reason(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("165", "yes", "0", "1", "2", "3", "0"));
	t->event.type = EVT_MOUNT_CHANGE;
	t->event.has_syscall = false;
	t->event.mount.change = STR("attach");
	t->event.mount.reason = STR("kernel-fs");
	t->event.mount.source = STR("none[/x]");
	t->event.mount.target = STR("/tmp/m");
	t->event.mount.options = STR("rw,ro");
	t->scene.object.fstype = STR("sysfs");
	assert_field(t, "evt.arg.change", "attach");
	assert_field(t, "evt.arg.reason", "kernel-fs");
	assert_field(t, "mount.fstype", "sysfs");
	assert_field(t, "mount.source", "none[/x]");
	assert_field(t, "mount.target", "/tmp/m");
	assert_field(t, "mount.options", "rw,ro");
	assert_no_field(t, "container.mount_drift");
	stage_container(t);
	assert_no_field(t, "container.mount_drift");
	text_set(&t->container.mounts, STR("x"), 16);
	assert_field(t, "container.mount_drift", "");
	text_set(&t->container.drift, STR("kernel-fs /tmp/m\0mask-lost /proc/a,b\0"), 64);
	assert_field(t, "container.mount_drift", "kernel-fs /tmp/m, mask-lost /proc/a,b");
	text_release(&t->container.mounts);
	text_release(&t->container.drift);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_object_is_told_by_device_and_inode),
		STAGED(test_object_type_follows_its_mode),
		STAGED(test_object_names_at_the_edge),
		STAGED(test_descriptor_number_only_where_one_is_made),
		STAGED(test_call_path_starts_from_the_working_directory),
		STAGED(test_call_path_of_a_descriptor_is_not_guessed),
		STAGED(test_object_of_a_call_lies_on_its_containers_root_or_not),
		STAGED(test_owner_of_a_file_is_told_with_name_and_image),
		STAGED(test_call_paths_of_two_are_told_apart),
		STAGED(test_call_path_without_its_records_is_absent),
		STAGED(test_mount_call_tells_its_paths),
		STAGED(test_connect_names_the_server),
		STAGED(test_accept_names_the_client_and_bind_ourselves),
		STAGED(test_addresses_of_other_families),
		STAGED(test_addresses_cut_short_are_absent),
		STAGED(test_socket_call_tells_its_protocol),
		STAGED(test_mount_change_tells_mount_and_reason),
		STAGED(test_target_is_the_one_of_its_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
