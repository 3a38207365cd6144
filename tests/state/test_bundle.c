// SPDX-License-Identifier: Apache-2.0
/* Bundles below a temporary root: what engines write, and what an attacker would. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "../kernel/silent_mount.h"
#include "base/clock.h"
#include "base/file.h"
#include "kernel/capset.h"
#include "kernel/errand.h"
#include "state/bundle.h"
#include "state/fact.h"

#define ID "abc123"
#define MOBY "/run/containerd/io.containerd.runtime.v2.task/moby/" ID

struct fixture {
	char root[64];
	struct arena *arena;
	struct bundles bundles;
	struct facts_container c;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->root, sizeof(f->root), "/tmp/wc-bundle-XXXXXX");
	if (!mkdtemp(f->root))
		return -1;
	f->arena = arena_new(4096, 8 << 20);
	f->bundles = (struct bundles){ f->root, errand_new(5000), 0 };
	*state = f;
	return 0;
}

static void make_dirs(const char *path)
{
	char part[512];

	for (const char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		mkdir(part, 0755);
	}
}

static int remove_tree(const char *path)
{
	const char *argv[] = { "rm", "-rf", "--", path, NULL };
	pid_t pid = fork();

	if (pid == 0) {
		execv("/bin/rm", (char *const *)(uintptr_t)argv);
		_exit(1);
	}
	return pid < 0 ? -1 : waitpid(pid, NULL, 0) < 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	remove_tree(f->root);
	errand_free(f->bundles.errand);
	arena_free(f->arena);
	free(f);
	return 0;
}

static const char *path_in(struct fixture *f, const char *path)
{
	return arena_printf(f->arena, "%s%s", f->root, path).ptr;
}

static void put(struct fixture *f, const char *path, const char *text)
{
	const char *full = path_in(f, path);

	make_dirs(full);
	assert_int_equal(file_replace(full, str_of(text), 0644), 0);
}

static int read_it(struct fixture *f, const char *bundle)
{
	return bundle_read(&f->bundles, STR(ID), str_of(bundle), &f->c, f->arena);
}

#define CONFIG                                                                                     \
	"{\"root\":{\"path\":\"rootfs\"},\"process\":{\"capabilities\":{\"bounding\":[\"CAP_"      \
	"CHOWN\","                                                                                 \
	"\"CAP_KILL\"],\"permitted\":[\"CAP_CHOWN\"]}},\"linux\":{\"maskedPaths\":[\"/proc/"       \
	"kcore\"]},"                                                                               \
	"\"mounts\":[{\"destination\":\"/etc/hosts\",\"source\":\"/data/docker/containers/" ID     \
	"/hosts\"}]}"

static void test_bundle_docker_is_found_wherever_its_data_is(void **state)
{
	struct fixture *f = *state;

	put(f, MOBY "/config.json", CONFIG);
	put(f, "/data/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":\"/web\",\"Image\":\"sha256:1\",\"Config\":{\"Image\":\"nginx:1\"}}");
	put(f, "/data/docker/containers/" ID "/hostconfig.json", "{\"Privileged\":true}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.type, STR("docker")));
	assert_true(str_eq(f->c.name, STR("web")));
	assert_true(str_eq(f->c.image, STR("nginx:1")));
	assert_true(str_eq(f->c.image_id, STR("sha256:1")));
	assert_true(str_eq(f->c.rootfs, STR(MOBY "/rootfs")));
	assert_true(f->c.has_bounding);
	assert_int_equal(f->c.cap_bounding, 0x21);
	assert_int_equal(f->c.cap_permitted, 0x1);
	assert_true(f->c.has_privileged && f->c.privileged);
}

static void test_bundle_told_by_the_runtime_comes_first(void **state)
{
	struct fixture *f = *state;

	put(f, "/elsewhere/config.json", CONFIG);
	assert_int_equal(read_it(f, "/elsewhere"), 0);
	assert_true(str_eq(f->c.bundle, STR("/elsewhere")));
	assert_true(f->c.has_privileged);
	assert_false(f->c.privileged);
}

static void test_bundle_runc_state_leads_to_its_bundle(void **state)
{
	struct fixture *f = *state;

	put(f, "/run/runc/" ID "/state.json",
	    "{\"config\":{\"rootfs\":\"/r\",\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\"]},"
	    "\"labels\":[\"x=y\",\"bundle=/b\"]}}");
	put(f, "/b/config.json", "{\"annotations\":{\"io.kubernetes.cri.image-name\":\"img\"}}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.type, STR("runc")));
	assert_true(str_eq(f->c.rootfs, STR("/r")));
	assert_true(str_eq(f->c.bundle, STR("/b")));
	assert_true(str_eq(f->c.image, STR("img")));
	assert_int_equal(f->c.cap_bounding, UINT64_C(1) << 21);
}

static void test_bundle_nothing_there_is_said(void **state)
{
	assert_int_equal(read_it(*state, NULL), -ENOENT);
	assert_int_equal(read_it(*state, "/none"), -ENOENT);
}

static void test_bundle_ids_that_are_no_names_are_refused(void **state)
{
	static const char *const ids[] = { "", "..", ".", "../x", "a/b", ".hidden" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(
			bundle_read(&f->bundles, str_of(ids[i]), STR_ABSENT, &f->c, f->arena),
			-EINVAL);
	assert_int_equal(bundle_read(&f->bundles, str_mem("a\0b", 3), STR_ABSENT, &f->c, f->arena),
			 -EINVAL);
}

static void test_bundle_path_that_climbs_is_refused(void **state)
{
	struct fixture *f = *state;

	put(f, "/b/config.json", CONFIG);
	assert_int_equal(read_it(f, "/x/../b"), -ENOENT);
	assert_int_equal(read_it(f, "b"), -ENOENT);
}

static void test_bundle_wrong_types_are_passed_over(void **state)
{
	struct fixture *f = *state;

	put(f, MOBY "/config.json",
	    "{\"root\":7,\"process\":{\"capabilities\":{\"bounding\":{\"a\":1},\"permitted\":[1,"
	    "null,[]]}},"
	    "\"mounts\":[1,{\"source\":[]}],\"annotations\":[],\"linux\":\"x\"}");
	put(f, "/var/lib/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":1,\"Config\":[],\"Image\":null}");
	put(f, "/var/lib/docker/containers/" ID "/hostconfig.json", "{\"Privileged\":\"yes\"}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_null(f->c.name.ptr);
	assert_null(f->c.image.ptr);
	assert_true(f->c.has_bounding);
	assert_int_equal(f->c.cap_bounding, 0);
	assert_false(f->c.privileged);
}

static void test_bundle_huge_deep_and_broken_files_are_refused(void **state)
{
	struct fixture *f = *state;
	size_t size = 2 * BUNDLE_FILE_MAX;
	char *text = malloc(size + 1);

	memset(text, ' ', size);
	text[0] = '{';
	text[size - 1] = '}';
	text[size] = '\0';
	put(f, MOBY "/config.json", text);
	assert_int_equal(read_it(f, NULL), -ENOENT);
	memset(text, '[', 5000);
	memcpy(text, "{\"a\":", 5);
	text[5000] = '\0';
	put(f, MOBY "/config.json", text);
	assert_int_equal(read_it(f, NULL), -ENOENT);
	free(text);
	put(f, MOBY "/config.json", "{\"a\":");
	assert_int_equal(read_it(f, NULL), -ENOENT);
	put(f, MOBY "/config.json", "[1]");
	assert_int_equal(read_it(f, NULL), -ENOENT);
	put(f, MOBY "/config.json", "");
	assert_int_equal(read_it(f, NULL), -ENOENT);
}

static void test_bundle_what_is_refused_is_counted(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_it(f, NULL), -ENOENT);
	assert_int_equal(f->bundles.refused, 0);
	put(f, MOBY "/config.json", "{\"a\":");
	read_it(f, NULL);
	assert_int_equal(f->bundles.refused, 1);
	put(f, MOBY "/config.json", "{} {}");
	read_it(f, NULL);
	assert_int_equal(f->bundles.refused, 2);
}

static void test_bundle_working_directory_is_read_as_the_kernel_walks_it(void **state)
{
	static const struct {
		const char *cwd;
		bool is_descriptor;
	} rows[] = {
		{ "/proc/self/fd/7", true },
		{ "//tmp/../././proc//1/fd/7", true },
		{ "/../proc/thread-self/fd/7/../../..", true },
		{ "/proc/self/task/1/fd", true },
		{ "/proc/self/fdinfo", false },
		{ "/data/proc/self/fd/7", false },
		{ "/proc/../fd", false },
		{ "/", false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char config[128];

		snprintf(config, sizeof(config), "{\"process\":{\"cwd\":\"%s\"}}", rows[i].cwd);
		put(f, "/b/config.json", config);
		assert_int_equal(read_it(f, "/b"), 0);
		if (!(f->c.spec.marks & SPEC_PROC_CWD) == rows[i].is_descriptor)
			fail_msg("%s", rows[i].cwd);
	}
}

static void test_bundle_destination_above_the_root_is_marked(void **state)
{
	static const struct {
		const char *destination;
		bool is_climbing;
	} rows[] = {
		{ "/../../var/lib/kubelet/pki", true },
		{ "../etc", true },
		{ "/data/./..//../etc", true },
		{ "/..", true },
		{ "/data/../etc", false },
		{ "/..data/...", false },
		{ "/data", false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char config[128];

		snprintf(config, sizeof(config), "{\"mounts\":[{\"destination\":\"%s\"}]}",
			 rows[i].destination);
		put(f, "/b/config.json", config);
		assert_int_equal(read_it(f, "/b"), 0);
		if (!(f->c.spec.marks & SPEC_CLIMBING_MOUNT) == rows[i].is_climbing)
			fail_msg("%s", rows[i].destination);
	}
}

#define SHARES                                                                                     \
	"{\"process\":{\"user\":{\"uid\":7,\"gid\":8},\"cwd\":\"/proc/self/fd/7\",\"env\":"        \
	"[\"LD_PRELOAD=/x\"],\"noNewPrivileges\":true,\"apparmorProfile\":\"docker-default\","     \
	"\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\"],\"effective\":[\"CAP_SYS_ADMIN\"]}},"  \
	"\"root\":{\"path\":\"/r\",\"readonly\":true},\"hooks\":{\"prestart\":[{\"path\":\"/"      \
	"h\"}]},"                                                                                  \
	"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"           \
	"{\"destination\":\"/h\",\"source\":\"/\",\"options\":[\"rbind\",\"ro\",\"rslave\"]},"     \
	"{\"destination\":\"/s\",\"source\":\"/run/docker.sock\",\"options\":[\"bind\"]},"         \
	"{\"source\":\"/nowhere\"}],"                                                              \
	"\"linux\":{\"namespaces\":[{\"type\":\"pid\",\"path\":\"/proc/1/ns/pid\"},"               \
	"{\"type\":\"mount\"},{\"type\":\"uts\"},{\"type\":\"cgroup\"},{\"type\":\"user\"},"       \
	"{\"type\":\"ipc\",\"path\":\"/proc/4711/ns/ipc\"}],"                                      \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"                  \
	"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":"              \
	"[\"read\",\"io_uring_setup\"],\"action\":\"SCMP_ACT_ALLOW\"}]},"                          \
	"\"resources\":{\"devices\":[{\"allow\":false,\"access\":\"rwm\"},"                        \
	"{\"allow\":true,\"access\":\"rwm\"}]},\"devices\":[{\"path\":\"/dev/"                     \
	"fuse\",\"type\":\"b\",\"major\":8,\"minor\":1},"                                          \
	"{\"path\":\"/dev/kvm\",\"type\":\"c\",\"major\":10,\"minor\":232}],"                      \
	"\"readonlyPaths\":[\"/proc/sys\"],\"cgroupsPath\":\"/a/b\"}}"

static void test_bundle_privilege_and_bait_are_marked(void **state)
{
	struct fixture *f = *state;
	const struct spec *spec = &f->c.spec;
	uint32_t inside;

	put(f, "/b/config.json", SHARES);
	assert_int_equal(read_it(f, "/b"), 0);
	assert_true(spec->is_known && !spec->is_cut);
	/* the namespace of ipc is joined, and may be the host's */
	assert_int_equal(spec->marks, SPEC_HOST_PID | SPEC_HOST_NETWORK | SPEC_OWN_USER |
					      SPEC_NEW_NS << NS_MNT | SPEC_NEW_NS << NS_UTS |
					      SPEC_NEW_NS << NS_CGROUP | SPEC_NEW_NS << NS_USER |
					      SPEC_ALL_DEVICES | SPEC_UNMASKED | SPEC_IO_URING |
					      SPEC_SENSITIVE_PATH | SPEC_RUNTIME_SOCKET |
					      SPEC_ESCAPE_CAPS | SPEC_PROC_CWD | SPEC_LOADER_HOOKS |
					      SPEC_NO_NEW_PRIVS | SPEC_READONLY_ROOT);
	assert_true(f->c.has_privileged && !f->c.privileged);
	assert_int_equal(spec->uid, 7);
	assert_int_equal(spec->gid, 8);
	assert_int_equal(spec->cap_effective, UINT64_C(1) << 21);
	assert_true(str_eq(spec->apparmor, STR("docker-default")));
	assert_true(str_eq(spec->seccomp, STR("filter")));
	assert_true(str_eq(spec->cgroups_path, STR("/a/b")));
	assert_int_equal(spec->mounts.n, 3);
	assert_true(str_eq(spec->mounts.at[1], STR("/\0/h\0ro\0false\0rslave\0bind")));
	assert_true(str_eq(spec_mount_part(spec->mounts.at[0], MOUNT_RDWR), STR("true")));
	assert_true(str_eq(spec_mount_part(spec->mounts.at[0], MOUNT_TYPE), STR("proc")));
	assert_int_equal(spec->readonly.n, 1);
	assert_true(str_eq(spec->devices.at[0], STR("/dev/fuse")));
	assert_true(spec_has_device(spec, STR("block 8:1")));
	assert_false(spec_has_device(spec, STR("block 8:11")));
	assert_true(spec_has_device(spec, STR("char 10:232")));
	assert_false(spec_has_device(spec, STR("block 10:232")));
	assert_true(spec_id_inside(&spec->uid_map, 100007, &inside));
	assert_int_equal(inside, 7);
	assert_false(spec_id_inside(&spec->uid_map, 0, &inside));
	assert_false(spec_id_inside(&spec->uid_map, 165536, &inside));
}

static void test_bundle_host_network_by_its_path(void **state)
{
	static const struct {
		const char *path;
		bool is_host;
	} rows[] = {
		{ "/proc/1/ns/net", true },
		{ "/var/run/docker/netns/default", true },
		{ "/run/netns/default", false },
		{ "/var/run/netns/default", false },
		{ "/var/run/docker/netns/1a2b3c4d", false },
	};
	struct fixture *f = *state;
	char config[512];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(config, sizeof(config),
			 "{\"ociVersion\":\"1.0\",\"linux\":{\"namespaces\":[{\"type\":"
			 "\"network\",\"path\":\"%s\"}]}}",
			 rows[i].path);
		put(f, "/b/config.json", config);
		assert_int_equal(read_it(f, "/b"), 0);
		assert_int_equal(!!(f->c.spec.marks & SPEC_HOST_NETWORK), rows[i].is_host);
	}
}

/* however a path is spelt; one without '/' in front begins in the bundle */
static void test_bundle_spelling_hides_no_path(void **state)
{
	static const struct {
		const char *source, *kept;
		uint32_t mark;
	} rows[] = {
		{ "/etc/", "/etc", SPEC_SENSITIVE_PATH },
		{ "//proc/./sys", "/proc/sys", SPEC_SENSITIVE_PATH },
		{ "/srv/../", "/", SPEC_SENSITIVE_PATH },
		{ "/srv/..//run/docker.sock/", "/run/docker.sock", SPEC_RUNTIME_SOCKET },
		{ "../etc", "/etc", SPEC_SENSITIVE_PATH },
		{ "data", "/b/data", 0 },
		{ "/etcetera", "/etcetera", 0 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char config[256];

		snprintf(config, sizeof(config),
			 "{\"mounts\":[{\"destination\":\"/m\",\"source\":\"%s\","
			 "\"options\":[\"bind\"]}]}",
			 rows[i].source);
		put(f, "/b/config.json", config);
		assert_int_equal(read_it(f, "/b"), 0);
		assert_int_equal(f->c.spec.marks & (SPEC_SENSITIVE_PATH | SPEC_RUNTIME_SOCKET),
				 rows[i].mark);
		assert_true(str_eq(spec_mount_part(f->c.spec.mounts.at[0], MOUNT_SOURCE),
				   str_of(rows[i].kept)));
	}
}

static void test_bundle_all_of_everything_is_privileged(void **state)
{
	struct fixture *f = *state;
	struct str all = capset_names(capset_all(), f->arena), name;
	struct str list = STR("\"CAP_CHOWN\"");

	while (str_cut(&all, ' ', &name))
		list = arena_printf(f->arena, "%.*s,\"%.*s\"", STR_ARG(list), STR_ARG(name));
	put(f, "/b/config.json",
	    arena_printf(f->arena,
			 "{\"process\":{\"capabilities\":{\"bounding\":[%.*s]}},\"linux\":{"
			 "\"resources\":{\"devices\":[{\"allow\":true}]}}}",
			 STR_ARG(list))
		    .ptr);
	assert_int_equal(read_it(f, "/b"), 0);
	assert_true(f->c.privileged);
	assert_true(f->c.spec.marks & SPEC_NO_SECCOMP && f->c.spec.marks & SPEC_IO_URING);
}

static void test_bundle_containerd_pod_is_named_in_annotations(void **state)
{
	struct fixture *f = *state;

	put(f, "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
	    "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\","
	    "\"io.kubernetes.cri.container-type\":\"container\","
	    "\"io.kubernetes.cri.image-name\":\"reg/web:2\","
	    "\"io.kubernetes.cri.sandbox-id\":\"feed\",\"io.kubernetes.cri.sandbox-name\":\"web-"
	    "0\","
	    "\"io.kubernetes.cri.sandbox-namespace\":\"shop\"},\"linux\":{\"cgroupsPath\":"
	    "\"kubepods-pod1e2d3c4b_0a1b_4c2d_8e3f_001122334455.slice:cri-containerd:" ID "\"}}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.type, STR("containerd")));
	assert_true(str_eq(f->c.name, STR("web")));
	assert_true(str_eq(f->c.image, STR("reg/web:2")));
	assert_true(str_eq(f->c.spec.pod_name, STR("web-0")));
	assert_true(str_eq(f->c.spec.pod_namespace, STR("shop")));
	assert_true(str_eq(f->c.spec.sandbox_id, STR("feed")));
	assert_true(str_eq(f->c.spec.pod_uid, STR("1e2d3c4b-0a1b-4c2d-8e3f-001122334455")));
}

#define STORAGE "/run/containers/storage/overlay-containers"

static void test_bundle_crio_pod_has_the_labels_of_its_sandbox(void **state)
{
	struct fixture *f = *state;

	put(f, STORAGE "/" ID "/userdata/config.json",
	    "{\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"container\","
	    "\"io.kubernetes.cri-o.SandboxID\":\"feed\",\"io.kubernetes.container.name\":\"web\","
	    "\"io.kubernetes.pod.name\":\"web-0\",\"io.kubernetes.pod.namespace\":\"shop\","
	    "\"io.kubernetes.pod.uid\":\"u-1\",\"io.kubernetes.cri-o.ImageName\":\"reg/web:2\","
	    "\"io.kubernetes.cri-o.ImageRef\":\"reg/web@sha256:beef\","
	    "\"io.kubernetes.cri-o.Labels\":\"{\\\"a\\\":\\\"b\\\"}\"}}");
	put(f, STORAGE "/feed/userdata/config.json",
	    "{\"annotations\":{\"io.kubernetes.cri-o.Labels\":\"{\\\"app\\\":\\\"shop\\\","
	    "\\\"n\\\":1}\"}}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.type, STR("cri-o")));
	assert_true(str_eq(f->c.name, STR("web")));
	assert_true(str_eq(f->c.spec.pod_uid, STR("u-1")));
	assert_true(str_eq(f->c.spec.image_digest, STR("sha256:beef")));
	assert_true(str_eq(spec_label(&f->c.spec.labels, STR("a")), STR("b")));
	assert_true(str_eq(spec_label(&f->c.spec.pod_labels, STR("app")), STR("shop")));
	assert_null(spec_label(&f->c.spec.pod_labels, STR("a")).ptr);
}

static void test_bundle_podman_names_are_in_its_storage(void **state)
{
	struct fixture *f = *state;

	put(f, "/var/lib/containers/storage/overlay-containers/" ID "/userdata/config.json",
	    "{\"annotations\":{\"io.container.manager\":\"libpod\"}}");
	put(f, "/var/lib/containers/storage/overlay-containers/containers.json",
	    "[{\"id\":\"other\",\"names\":[\"x\"]},{\"id\":\"" ID "\",\"names\":[\"web\"],"
	    "\"image\":\"1234\",\"metadata\":\"{\\\"image-name\\\":\\\"docker.io/library/"
	    "web:1\\\"}\"}]");
	put(f, "/var/lib/containers/storage/overlay-images/images.json",
	    "[{\"id\":\"1234\",\"digest\":\"sha256:beef\"}]");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.type, STR("podman")));
	assert_true(str_eq(f->c.name, STR("web")));
	assert_true(str_eq(f->c.image, STR("docker.io/library/web:1")));
	assert_true(str_eq(f->c.image_id, STR("1234")));
	assert_true(str_eq(f->c.spec.image_digest, STR("sha256:beef")));
}

static void test_bundle_docker_labels_and_digest_come_from_its_files(void **state)
{
	struct fixture *f = *state;

	put(f, MOBY "/config.json", CONFIG);
	put(f, "/data/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":\"/k8s_web\",\"Image\":\"sha256:1\",\"Driver\":\"overlay2\",\"Config\":{"
	    "\"Image\":\"nginx:1\",\"Labels\":{\"io.kubernetes.pod.name\":\"web-0\","
	    "\"io.kubernetes.container.name\":\"web\",\"tier\":\"front\",\"odd\":[1],\"empty\":"
	    "\"\"}}}");
	put(f, "/data/docker/image/overlay2/repositories.json",
	    "{\"Repositories\":{\"nginx\":{\"nginx:1\":\"sha256:1\","
	    "\"nginx@sha256:beef\":\"sha256:1\",\"nginx@sha256:dead\":\"sha256:2\"}}}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.name, STR("web")));
	assert_true(str_eq(f->c.spec.pod_name, STR("web-0")));
	assert_true(str_eq(spec_label(&f->c.spec.labels, STR("tier")), STR("front")));
	assert_true(str_eq(spec_label(&f->c.spec.labels, STR("empty")), STR("")));
	assert_null(spec_label(&f->c.spec.labels, STR("none")).ptr);
	assert_true(str_eq(f->c.spec.image_digest, STR("sha256:beef")));
}

static void test_bundle_labels_of_an_image_make_no_pod(void **state)
{
	struct fixture *f = *state;

	put(f, "/var/lib/docker/containers/" ID "/config.v2.json",
	    "{\"Name\":\"/web\",\"Config\":{\"Labels\":{\"io.kubernetes.pod.name\":\"trusted\","
	    "\"io.kubernetes.container.name\":\"trusted\"}}}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.name, STR("web")));
	assert_null(f->c.spec.pod_name.ptr);
	assert_int_equal(f->c.spec.labels.n, 2);
}

static void test_bundle_annotations_of_an_image_make_no_pod(void **state)
{
	struct fixture *f = *state;

	put(f, "/var/lib/containers/storage/overlay-containers/" ID "/userdata/config.json",
	    "{\"annotations\":{\"io.container.manager\":\"libpod\","
	    "\"io.kubernetes.cri.container-name\":\"trusted\","
	    "\"io.kubernetes.cri-o.ContainerType\":\"container\","
	    "\"io.kubernetes.pod.name\":\"trusted\"}}");
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(str_eq(f->c.type, STR("podman")));
	assert_null(f->c.name.ptr);
	assert_null(f->c.spec.pod_name.ptr);
}

/* whatever stands in the files, all of it fits into one record of a recording */
static void test_bundle_texts_of_any_length_can_be_recorded(void **state)
{
	struct fixture *f = *state;
	char *long_text = malloc(30001);
	struct fact fact = { .kind = FACT_CONTAINER, .text = STR(ID) };
	struct buf body = { 0 };

	memset(long_text, 'x', 30000);
	long_text[30000] = '\0';
	for (size_t len = 5000; len <= 30000; len += 5000) {
		long_text[len] = '\0';
		put(f, "/b/config.json",
		    arena_printf(f->arena,
				 "{\"root\":{\"path\":\"%s\"},\"annotations\":{"
				 "\"io.kubernetes.cri.image-name\":\"%s\","
				 "\"io.kubernetes.cri.sandbox-name\":\"%s\","
				 "\"io.kubernetes.cri.sandbox-id\":\"%s\"},"
				 "\"linux\":{\"maskedPaths\":[\"%s\",\"%s\"]}}",
				 long_text, long_text, long_text, long_text, long_text, long_text)
			    .ptr);
		long_text[len] = 'x';
		assert_int_equal(read_it(f, "/b"), 0);
		assert_true(f->c.spec.is_cut);
		fact.container = f->c;
		assert_int_equal(fact_write(&fact, &body), 0);
	}
	buf_release(&body);
	free(long_text);
}

static void test_bundle_lists_without_end_are_cut_and_counted(void **state)
{
	struct fixture *f = *state;
	struct str list = STR("\"/a\"");

	for (int i = 0; i < 500; i++)
		list = arena_printf(f->arena, "%.*s,\"/a%d\"", STR_ARG(list), i);
	put(f, "/b/config.json",
	    arena_printf(f->arena, "{\"linux\":{\"maskedPaths\":[%.*s]}}", STR_ARG(list)).ptr);
	assert_int_equal(read_it(f, "/b"), 0);
	assert_int_equal(f->c.spec.masked.n, SPEC_ITEMS_MAX);
	assert_true(f->c.spec.is_cut);
	assert_int_equal(f->bundles.refused, 1);
}

static void test_bundle_link_fifo_and_directory_do_not_hold_us(void **state)
{
	struct fixture *f = *state;
	const char *config = path_in(f, MOBY "/config.json");

	put(f, "/secret.json", CONFIG);
	make_dirs(config);
	assert_int_equal(symlink(path_in(f, "/secret.json"), config), 0);
	assert_int_equal(read_it(f, NULL), -ENOENT);
	unlink(config);
	assert_int_equal(mkfifo(config, 0644), 0);
	assert_int_equal(read_it(f, NULL), -ENOENT);
	unlink(config);
	assert_int_equal(mkdir(config, 0755), 0);
	assert_int_equal(read_it(f, NULL), -ENOENT);
}

/* it may lie in a user's own file system, or in one that is a container's to answer for */
static void test_bundle_place_of_a_runtime_that_is_silent_holds_nobody_up(void **state)
{
	struct fixture *f = *state;
	const char *where = path_in(f, "/run/crun");
	int fd;

	put(f, "/run/other", "");
	fd = silent_mount(where);
	if (fd < 0) {
		print_message("FUSE cannot be mounted here\n");
		skip();
	}
	errand_free(f->bundles.errand);
	f->bundles.errand = errand_new(ERRAND_DEADLINE_MS);
	assert_int_equal(read_it(f, ""), -ENOENT);
	assert_int_equal(f->bundles.refused, 1);
	silent_umount(where, fd);
}

static void test_bundle_where_nobody_answers_is_refused_in_time(void **state)
{
	struct fixture *f = *state;
	const char *where = path_in(f, "/silent");
	int fd;
	pid_t server;
	uint64_t start;

	put(f, "/other", "");
	fd = silent_mount(where);
	if (fd < 0) {
		print_message("FUSE cannot be mounted here\n");
		skip();
	}
	server = silent_server(fd);
	errand_free(f->bundles.errand);
	f->bundles.errand = errand_new(ERRAND_DEADLINE_MS);
	start = clock_monotonic();
	assert_int_equal(read_it(f, "/silent"), -ENOENT);
	assert_true(clock_monotonic() - start < 2 * NS_PER_S);
	assert_int_equal(f->bundles.refused, 1);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	silent_umount(where, fd);
}

static void test_bundle_list_names_what_runc_and_crun_keep(void **state)
{
	struct fixture *f = *state;
	struct str *ids;
	size_t n;

	put(f, "/run/runc/one/state.json", "{}");
	put(f, "/run/runc/.hidden/state.json", "{}");
	put(f, "/run/crun/two/status", "{}");
	assert_int_equal(bundle_list(&f->bundles, &ids, &n, f->arena), 0);
	assert_int_equal(n, 2);
	assert_true(str_eq(ids[0], STR("one")));
	assert_true(str_eq(ids[1], STR("two")));
	assert_int_equal(f->bundles.refused, 0);
}

/* whoever can mount over a runtime's own directory */
static void test_bundle_directory_that_is_silent_holds_nobody_up(void **state)
{
	static const char *const places[] = { "/run/runc",
					      "/run/containerd/io.containerd.runtime.v2.task" };
	struct fixture *f = *state;

	errand_free(f->bundles.errand);
	f->bundles.errand = errand_new(ERRAND_DEADLINE_MS);
	put(f, "/run/crun/two/status", "{}");
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		uint64_t start = clock_monotonic();
		const char *where = path_in(f, places[i]);
		struct str *ids;
		size_t n;
		int fd;

		make_dirs(where);
		fd = silent_mount(where);
		if (fd < 0) {
			print_message("FUSE cannot be mounted here\n");
			skip();
		}
		f->bundles.refused = 0;
		assert_int_equal(bundle_list(&f->bundles, &ids, &n, f->arena), 0);
		assert_int_equal(n, 1);
		assert_true(str_eq(ids[0], STR("two")));
		assert_int_equal(read_it(f, ""), -ENOENT);
		assert_int_equal(f->bundles.refused, i == 0 ? 2 : 1);
		assert_true(clock_monotonic() - start < 2 * NS_PER_S);
		silent_umount(where, fd);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_bundle_docker_is_found_wherever_its_data_is),
		T(test_bundle_told_by_the_runtime_comes_first),
		T(test_bundle_runc_state_leads_to_its_bundle),
		T(test_bundle_nothing_there_is_said),
		T(test_bundle_ids_that_are_no_names_are_refused),
		T(test_bundle_path_that_climbs_is_refused),
		T(test_bundle_wrong_types_are_passed_over),
		T(test_bundle_huge_deep_and_broken_files_are_refused),
		T(test_bundle_link_fifo_and_directory_do_not_hold_us),
		T(test_bundle_place_of_a_runtime_that_is_silent_holds_nobody_up),
		T(test_bundle_where_nobody_answers_is_refused_in_time),
		T(test_bundle_what_is_refused_is_counted),
		T(test_bundle_privilege_and_bait_are_marked),
		T(test_bundle_host_network_by_its_path),
		T(test_bundle_spelling_hides_no_path),
		T(test_bundle_working_directory_is_read_as_the_kernel_walks_it),
		T(test_bundle_destination_above_the_root_is_marked),
		T(test_bundle_all_of_everything_is_privileged),
		T(test_bundle_containerd_pod_is_named_in_annotations),
		T(test_bundle_crio_pod_has_the_labels_of_its_sandbox),
		T(test_bundle_podman_names_are_in_its_storage),
		T(test_bundle_docker_labels_and_digest_come_from_its_files),
		T(test_bundle_labels_of_an_image_make_no_pod),
		T(test_bundle_annotations_of_an_image_make_no_pod),
		T(test_bundle_texts_of_any_length_can_be_recorded),
		T(test_bundle_lists_without_end_are_cut_and_counted),
		T(test_bundle_list_names_what_runc_and_crun_keep),
		T(test_bundle_directory_that_is_silent_holds_nobody_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
