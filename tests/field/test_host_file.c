// SPDX-License-Identifier: Apache-2.0
/* fd.host_class, mount.host_layer: what is asked about which paths, and what a volume's configuration says. */
#include "stage.h"

#include <errno.h>

#include "state/fact.h"

/* a machine of which one file, or place of one, is known */
struct machine {
	struct facts facts;
	const char *known, *class;
	struct buf asked; /* the last question, '|' between */
	unsigned n_asked;
	bool is_silent;
};

static int machine_ask(struct facts *f, struct fact *q, struct arena *a)
{
	struct machine *m = (struct machine *)f;
	struct str rest = q->text, file;

	(void)a;
	if (q->kind != FACT_HOST_FILE)
		return -ENODATA;
	m->n_asked++;
	buf_clear(&m->asked);
	q->names.name = STR("");
	while (str_cut(&rest, '\0', &file)) {
		buf_printf(&m->asked, "%s%.*s", m->asked.len ? "|" : "", STR_ARG(file));
		if (m->known && str_eq(file, str_of(m->known)))
			q->names.name = str_of(m->class);
	}
	return m->is_silent ? -ENODATA : 0;
}

static bool machine_is_local(const struct facts *f, struct str node)
{
	(void)f;
	return !node.ptr;
}

static void machine_free(struct facts *f)
{
	(void)f;
}

static const struct facts_ops machine_ops = {
	.ask = machine_ask,
	.is_local = machine_is_local,
	.free = machine_free,
};

static struct str mounts[3];

/* a container of one volume or two; each "SOURCE\0DEST\0MODE\0RDWR\0PROPAGATION\0TYPE" */
static void volumes(struct stage *t, size_t n)
{
	stage_container(t);
	t->container.spec = (struct spec){ .is_known = true, .mounts = { mounts, n } };
}

static void on_stage(struct stage *t, struct machine *m,
		     void (*check)(struct stage *t, struct machine *m))
{
	AUTO(state) state = NULL;

	m->facts.ops = &machine_ops;
	state = state_new(NULL, &m->facts);
	assert_non_null(state);
	t->scene.state = state;
	check(t, m);
	buf_release(&m->facts.body);
	buf_release(&m->asked);
}

#define OPEN(success, exit) CALL("257", success, exit, "ffffff9c", "7f00", "241", "1a4")
#define PARENT(name, inode)                                                                        \
	"PATH item=0 name=\"" name "\" inode=" inode                                               \
	" dev=fe:00 mode=040755 ouid=0 ogid=0 rdev=00:00 nametype=PARENT"
#define MADE(name, inode)                                                                          \
	"PATH item=1 name=\"" name "\" inode=" inode                                               \
	" dev=fe:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=CREATE"
#define GONE(name, inode)                                                                          \
	"PATH item=2 name=\"" name "\" inode=" inode                                               \
	" dev=fe:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=DELETE"

static void check_made(struct stage *t, struct machine *m)
{
	assert_field(t, "fd.host_class", "loader");
	assert_string_equal(buf_z(&m->asked), "254:0:10|254:0:11|254:0:10/ld.so.preload");
	/* once for an event */
	assert_field(t, "fd.host_class", "loader");
	assert_int_equal(m->n_asked, 1);
	m->known = "254:0:11";
	t->scene.number++;
	assert_field(t, "fd.host_class", "loader");
	m->known = NULL;
	t->scene.number++;
	assert_no_field(t, "fd.host_class");
	assert_no_field(t, "fd.is_declared_host_file");
	m->known = "254:0:11";
	m->is_silent = true;
	t->scene.number++;
	assert_no_field(t, "fd.host_class");
}

static void test_a_file_and_its_place_are_asked_about(void **state)
{
	struct machine m = { .known = "254:0:10/ld.so.preload", .class = "loader" };

	PLAY((struct stage *)*state, OPEN("yes", "3"), "CWD cwd=\"/\"", PARENT("/h/etc/", "10"),
	     MADE("/h/etc/ld.so.preload", "11"));
	on_stage(*state, &m, check_made);
}

static void check_renamed(struct stage *t, struct machine *m)
{
	assert_field(t, "fd.host_class", "auth");
	/* a name goes with the directory that it was looked up in, no other */
	assert_string_equal(buf_z(&m->asked),
			    "254:0:10|254:0:20|254:0:11|254:0:10/shadow|254:0:11|254:0:20/motd");
}

static void test_both_places_of_a_rename_are_asked_about(void **state)
{
	struct machine m = { .known = "254:0:10/shadow", .class = "auth" };

	PLAY((struct stage *)*state, CALL("82", "yes", "0", "7f00", "7f00", "0", "0"),
	     "CWD cwd=\"/\"", PARENT("/h/etc/", "10"), PARENT("/h/tmp/", "20"),
	     GONE("/h/etc/shadow", "11"), MADE("/h/tmp/motd", "11"));
	on_stage(*state, &m, check_renamed);
}

static void check_relative(struct stage *t, struct machine *m)
{
	assert_field(t, "fd.host_class", "cron");
	assert_string_equal(buf_z(&m->asked), "254:0:10|254:0:11|254:0:10/job");
}

static void test_a_relative_name_goes_with_its_directory(void **state)
{
	struct machine m = { .known = "254:0:10", .class = "cron" };

	PLAY((struct stage *)*state, CALL("83", "yes", "0", "7f00", "7f00", "0", "0"),
	     "CWD cwd=\"/h/etc/cron.d\"", PARENT("/h/etc/cron.d", "10"), MADE("job/", "11"));
	on_stage(*state, &m, check_relative);
}

static void check_elsewhere(struct stage *t, struct machine *m)
{
	t->event.node = STR("other");
	assert_no_field(t, "fd.host_class");
	assert_int_equal(m->n_asked, 0);
}

static void test_files_of_another_machine_are_not_asked_about(void **state)
{
	struct machine m = { .known = "254:0:10", .class = "cron" };

	PLAY((struct stage *)*state, OPEN("yes", "3"), PARENT("/h/etc/", "10"),
	     MADE("/h/etc/x", "11"));
	on_stage(*state, &m, check_elsewhere);
}

static void check_below_volume(struct stage *t, struct machine *m)
{
	(void)m;
	t->scene.object = (struct object){ .exists = true,
					   .name = STR("/h/kubernetes/manifests/a/b/c/d/pod") };
	mounts[0] = STR("/etc/\0/h\0rw\0true\0\0bind");
	volumes(t, 1);
	assert_field(t, "fd.host_class", "kubelet");
	assert_field(t, "fd.is_declared_host_file", "false");
	/* the nearest mount counts, and it is none of the host's */
	mounts[1] = STR("tmpfs\0/h/kubernetes\0rw\0true\0\0tmpfs");
	volumes(t, 2);
	t->scene.number++;
	assert_no_field(t, "fd.host_class");
	mounts[0] = mounts[1];
	mounts[1] = STR("/etc/\0/h\0rw\0true\0\0bind");
	t->scene.number++;
	assert_no_field(t, "fd.host_class");
	mounts[0] = mounts[1];
	/* a name that only begins so */
	mounts[1] = STR("tmpfs\0/h/kube\0rw\0true\0\0tmpfs");
	t->scene.number++;
	assert_field(t, "fd.host_class", "kubelet");
	mounts[0] = STR("/srv\0/h\0rw\0true\0\0bind");
	t->scene.number++;
	assert_no_field(t, "fd.host_class");
}

static void test_what_was_just_made_is_known_by_its_path_below_a_volume(void **state)
{
	struct machine m = { 0 };

	PLAY((struct stage *)*state, OPEN("yes", "3"),
	     PARENT("/h/kubernetes/manifests/a/b/c/d/", "10"),
	     MADE("/h/kubernetes/manifests/a/b/c/d/pod", "11"));
	on_stage(*state, &m, check_below_volume);
}

static void check_not_made(struct stage *t, struct machine *m)
{
	(void)m;
	t->scene.object = (struct object){ .exists = true, .name = STR("/h/shadow") };
	mounts[0] = STR("/etc\0/h\0rw\0true\0\0bind");
	volumes(t, 1);
	assert_no_field(t, "fd.host_class");
}

static void test_what_was_there_is_known_by_inode_alone(void **state)
{
	struct machine m = { 0 };

	PLAY((struct stage *)*state, OPEN("yes", "3"),
	     "PATH item=0 name=\"/h/shadow\" inode=11 dev=fe:00 mode=0100644 ouid=0 ogid=0 "
	     "rdev=00:00 nametype=NORMAL");
	on_stage(*state, &m, check_not_made);
}

static void declared(struct stage *t, struct str mount, const char *expected)
{
	mounts[0] = mount;
	volumes(t, 1);
	assert_field(t, "fd.is_declared_host_file", expected);
}

static void check_declared(struct stage *t, struct machine *m)
{
	(void)m;
	declared(t, STR("/etc/cron.d\0/x\0rw\0true\0\0bind"), "true");
	declared(t, STR("/var/spool/cron/crontabs/\0/x\0rw\0true\0\0bind"), "true");
	declared(t, STR("/etc/cron.d\0/x\0ro\0false\0\0bind"), "false");
	assert_field(t, "fd.is_given_host_file", "true");
	declared(t, STR("/etc\0/x\0rw\0true\0\0bind"), "false");
	declared(t, STR("/\0/x\0rw\0true\0\0bind"), "false");
	declared(t, STR("/etc/sudoers.d\0/x\0rw\0true\0\0bind"), "false");
	declared(t, STR("/etc/cron.d\0/x\0rw\0true\0\0tmpfs"), "false");
	t->container.spec.is_known = false;
	assert_no_field(t, "fd.is_declared_host_file");
	t->scene.container = NULL;
	assert_no_field(t, "fd.is_declared_host_file");
	assert_field(t, "fd.host_class", "cron");
}

static void test_a_volume_declares_what_it_is_of_by_its_own_path(void **state)
{
	struct machine m = { .known = "254:0:10", .class = "cron" };

	PLAY((struct stage *)*state, OPEN("yes", "3"), PARENT("/x/", "10"), MADE("/x/job", "11"));
	on_stage(*state, &m, check_declared);
}

#define DIRECTORY(name, inode)                                                                     \
	"PATH item=1 name=" name " inode=" inode                                                   \
	" dev=fe:00 mode=040755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL"
#define MOUNT(success, flags) CALL("165", success, "0", "7f00", "7f00", "7f00", flags)
#define LAYERS                                                                                     \
	"CWD cwd=\"/w\"", DIRECTORY("\"m\"", "10"), DIRECTORY("\"low\"", "11"),                    \
		DIRECTORY("\"lnk\"", "12"), PARENT("/w/", "13"), DIRECTORY("(null)", "14")

static void check_layers(struct stage *t, struct machine *m)
{
	assert_field(t, "mount.host_layer", "/w/lnk");
	assert_field(t, "mount.layer_class", "cron");
	/* of all, then one by one as far as the one */
	assert_int_equal(m->n_asked, 3);
	assert_string_equal(buf_z(&m->asked), "254:0:12/");
	m->n_asked = 0;
	m->known = "254:0:10/";
	t->scene.number++;
	assert_no_field(t, "mount.host_layer");
	assert_no_field(t, "mount.layer_class");
	assert_int_equal(m->n_asked, 1);
	assert_string_equal(buf_z(&m->asked), "254:0:11/|254:0:12/");
}

static void test_layers_are_what_a_mount_looks_up_behind_its_target(void **state)
{
	struct machine m = { .known = "254:0:12/", .class = "cron" };

	PLAY((struct stage *)*state, MOUNT("yes", "0"), LAYERS);
	on_stage(*state, &m, check_layers);
}

static void check_no_layer(struct stage *t, struct machine *m)
{
	assert_no_field(t, "mount.host_layer");
	assert_int_equal(m->n_asked, 0);
}

static void test_the_source_of_a_bind_mount_is_no_layer(void **state)
{
	struct machine m = { .known = "254:0:12/", .class = "cron" };

	/* MS_BIND | MS_REC, MS_MOVE */
	PLAY((struct stage *)*state, MOUNT("yes", "5000"), LAYERS);
	on_stage(*state, &m, check_no_layer);
	PLAY((struct stage *)*state, MOUNT("yes", "2000"), LAYERS);
	on_stage(*state, &m, check_no_layer);
	PLAY((struct stage *)*state, MOUNT("no", "0"), LAYERS);
	on_stage(*state, &m, check_no_layer);
	PLAY((struct stage *)*state, OPEN("yes", "3"), LAYERS);
	on_stage(*state, &m, check_no_layer);
}

static void check_configured(struct stage *t, struct machine *m)
{
	(void)m;
	assert_field(t, "mount.host_layer", "/h/etc");
	assert_field(t, "mount.layer_class", "loader");
}

static void test_a_layer_is_all_that_fsconfig_looks_up(void **state)
{
	struct machine m = { .known = "254:0:10/", .class = "loader" };

	PLAY((struct stage *)*state, CALL("431", "yes", "0", "3", "1", "7f00", "7f00"),
	     "CWD cwd=\"/\"", DIRECTORY("\"/h/etc\"", "10"));
	on_stage(*state, &m, check_configured);
}

static void test_an_event_without_paths_asks_nothing(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("39", "yes", "1", "0", "0", "0", "0"));
	assert_no_field(t, "fd.host_class");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_a_file_and_its_place_are_asked_about),
		STAGED(test_both_places_of_a_rename_are_asked_about),
		STAGED(test_a_relative_name_goes_with_its_directory),
		STAGED(test_files_of_another_machine_are_not_asked_about),
		STAGED(test_what_was_just_made_is_known_by_its_path_below_a_volume),
		STAGED(test_what_was_there_is_known_by_inode_alone),
		STAGED(test_a_volume_declares_what_it_is_of_by_its_own_path),
		STAGED(test_layers_are_what_a_mount_looks_up_behind_its_target),
		STAGED(test_the_source_of_a_bind_mount_is_no_layer),
		STAGED(test_a_layer_is_all_that_fsconfig_looks_up),
		STAGED(test_an_event_without_paths_asks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
