/* SPDX-License-Identifier: Apache-2.0 */
/* Every field of the reference is a row, and every row says what the reference needs. */
#include "stage.h"

#include "base/map.h"
#include "field/row.h"

/* language.md 6.1 */
static const char available[] =
	"evt.num evt.time evt.time.s evt.time.iso8601 evt.datetime evt.rawtime evt.reltime "
	"evt.deltatime evt.type syscall.type evt.type.is evt.category evt.source evt.hostname "
	"evt.dir evt.origin evt.summary evt.is_permission evt.is_uring evt.args evt.info evt.arg "
	"evt.rawarg evt.res evt.rawres evt.failed evt.is_open_read evt.is_open_write "
	"evt.is_open_create evt.is_open_exec evt.abspath evt.abspath.src evt.abspath.dst "
	"proc.pid proc.ppid proc.vpid proc.pvpid proc.name proc.exe proc.exepath proc.args "
	"proc.cmdline proc.exeline proc.cmdnargs proc.cmdlenargs proc.cwd proc.env proc.tty "
	"proc.pname proc.pexe proc.pexepath proc.pcmdline proc.aname proc.aexe proc.aexepath "
	"proc.acmdline proc.aargs proc.apid proc.sid proc.pgid proc.vpgid proc.sname "
	"proc.sid.exe proc.sid.exepath proc.pgid.name proc.pgid.exe proc.pgid.exepath "
	"proc.vpgid.name proc.vpgid.exe proc.vpgid.exepath proc.is_sid_leader "
	"proc.is_pgid_leader proc.is_vpgid_leader proc.loginshellid proc.duration "
	"proc.ppid.duration proc.pid.ts proc.ppid.ts proc.pidns_init_start_ts "
	"proc.is_exe_writable proc.is_exe_upper_layer proc.is_exe_lower_layer "
	"proc.is_exe_from_memfd proc.exe_ino proc.exe_ino.ctime proc.exe_ino.mtime "
	"proc.exe_ino.ctime_duration_proc_start proc.exe_ino.ctime_duration_pidns_start "
	"proc.nthreads proc.nchilds proc.fdopencount proc.stdin.type proc.stdin.name "
	"proc.stdout.type proc.stdout.name proc.stderr.type proc.stderr.name proc.outside_root "
	"evt.arch proc.is_usermodehelper proc.is_runtime_init proc.is_runtime proc.ns.mnt_is_host "
	"proc.ns.pid_is_host proc.ns.user_is_host proc.ns.net_is_host proc.ns.ipc_is_host "
	"proc.ns.uts_is_host proc.ns.cgroup_is_host proc.ns.beyond_container "
	"thread.cap_effective thread.cap_permitted "
	"thread.cap_inheritable thread.cap_bounding thread.cap_ambient thread.cap_excess "
	"thread.cap_gained "
	"thread.cap_beyond_container thread.cap_source thread.cap_age thread.no_new_privs "
	"thread.seccomp "
	"thread.userns_is_host thread.tid thread.vtid thread.ismain thread.cgroups thread.cgroup "
	"user.uid user.name user.homedir user.shell user.ruid user.suid user.fsuid user.loginuid "
	"user.loginname group.gid group.name fd.num fd.type fd.typechar fd.name fd.directory "
	"fd.filename fd.nameraw fd.realpath fd.dev fd.dev.major fd.dev.minor fd.ino "
	"fd.rdev.major fd.rdev.minor fd.filetype fd.fstype fd.kernel_knob fd.is_protected "
	"fd.is_upper_layer "
	"fd.is_lower_layer fd.types fd.uid fd.containername fd.containerdirectory "
	"fs.path.is_on_root fs.path.name "
	"fs.path.nameraw fs.path.source fs.path.sourceraw fs.path.target fs.path.targetraw "
	"fd.sip fd.cip fd.rip fd.lip fd.sport fd.cport fd.rport fd.lport fd.ip fd.port fd.proto "
	"fd.net fd.snet fd.cnet fd.rnet fd.lnet fd.l4proto fd.sockfamily fd.sproto fd.cproto "
	"fd.is_server fd.connected container.id container.full_id container.inner_id "
	"container.id_source "
	"fd.container.id fd.container.name fd.container.image.repository fd.origin fd.host_class "
	"fd.is_declared_host_file fd.is_given_host_file fd.is_host_disk fd.is_declared_device "
	"container.mount_drift "
	"container.declares "
	"container.flags container.name container.type container.image container.image.id "
	"container.image.repository container.image.tag container.image.digest "
	"container.privileged container.cap_bounding container.mounts container.mount "
	"container.mount.source container.mount.dest container.mount.mode container.mount.rdwr "
	"container.mount.propagation container.start_ts container.duration container.host_pid "
	"container.host_network container.host_ipc k8s.pod.name k8s.ns.name k8s.pod.uid "
	"k8s.pod.id k8s.pod.sandbox_id k8s.pod.full_sandbox_id k8s.pod.label k8s.pod.labels "
	"container.label container.labels mount.fstype mount.source mount.target mount.options "
	"mount.host_layer mount.layer_class "
	"target.pid target.name target.exepath target.uid target.container.id "
	"target.role";

/* the X of thread.old.X and thread.new.X, language.md 5.4 */
static const char states[] =
	"uid ruid suid fsuid gid cap_effective cap_permitted cap_inheritable cap_bounding "
	"cap_ambient no_new_privs seccomp userns_is_host ns.mnt_is_host ns.pid_is_host "
	"ns.user_is_host ns.net_is_host ns.ipc_is_host ns.uts_is_host ns.cgroup_is_host";

/* language.md 6.2, groups written out as Falco has them */
static const char never[] =
	"evt.buffer evt.buflen evt.buflen.in evt.buflen.out evt.buflen.file evt.buflen.file.in "
	"evt.buflen.file.out evt.buflen.net evt.buflen.net.in evt.buflen.net.out evt.cpu "
	"evt.is_async evt.asynctype evt.is_io evt.is_io_read evt.is_io_write evt.io_dir "
	"evt.is_wait evt.wait_latency evt.is_syslog evt.latency evt.latency.s evt.latency.ns "
	"evt.latency.quantized evt.latency.human evt.count evt.count.error evt.count.error.file "
	"evt.count.error.net evt.count.error.memory evt.count.error.other evt.count.exit "
	"evt.count.procinfo evt.count.threadinfo evt.around evt.outputtime evt.datetime.s "
	"evt.rawtime.s evt.rawtime.ns evt.reltime.s evt.reltime.ns evt.deltatime.s "
	"evt.deltatime.ns evt.infra.docker.name evt.infra.docker.container.id "
	"evt.infra.docker.container.name evt.infra.docker.container.image evt.pluginname "
	"evt.plugininfo proc.aenv proc.vmsize proc.vmrss proc.vmswap proc.fdlimit proc.fdusage "
	"proc.is_container_healthcheck proc.is_container_liveness_probe "
	"proc.is_container_readiness_probe thread.cpu thread.cpu.user thread.cpu.system "
	"thread.vmsize thread.vmsize.b thread.vmrss thread.vmrss.b thread.pfmajor thread.pfminor "
	"thread.exectime thread.totexectime thread.nametid fd.name_changed fd.cip.name "
	"fd.sip.name fd.lip.name fd.rip.name fd.lproto fd.rproto fdlist.nums fdlist.names "
	"fdlist.cips fdlist.sips fdlist.cports fdlist.sports container.ip container.cni.json "
	"container.healthcheck container.liveness_probe container.readiness_probe k8s.pod.ip "
	"k8s.pod.cni.json k8s.rc.name k8s.rc.id k8s.rc.label k8s.rc.labels k8s.svc.name "
	"k8s.svc.id k8s.svc.label k8s.svc.labels k8s.rs.name k8s.rs.id k8s.rs.label "
	"k8s.rs.labels k8s.deployment.name k8s.deployment.id k8s.deployment.label "
	"k8s.deployment.labels k8s.ns.id k8s.ns.label k8s.ns.labels util.cnt";

static const struct field_def *find(struct str name)
{
	struct str selector = STR_ABSENT;

	return registry_schema()->find(name, &selector);
}

static size_t check_names(const char *prefix, const char *names, bool is_never)
{
	struct str rest = str_of(names), name;
	char whole[128];
	size_t n = 0;

	while (str_cut(&rest, ' ', &name)) {
		const struct field_def *def;

		snprintf(whole, sizeof(whole), "%s%.*s", prefix, STR_ARG(name));
		def = find(str_of(whole));
		if (!def)
			fail_msg("%s is no field", whole);
		if (!!(def->flags & FIELD_NEVER) != is_never)
			fail_msg("%s: never available or not?", whole);
		n++;
	}
	return n;
}

static void test_registry_has_exactly_the_fields_of_the_reference(void **state)
{
	size_t n = check_names("", available, false) + check_names("thread.old.", states, false) +
		   check_names("thread.new.", states, false) + check_names("", never, true);

	(void)state;
	assert_int_equal(n, registry_count());
	assert_null(registry_at(registry_count()));
}

static void test_registry_rows_say_what_a_reader_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < registry_count(); i++) {
		const struct field_def *f = registry_at(i);

		if (!f->get || !f->help || !*f->help || !f->source || !f->absent)
			fail_msg("%s lacks a getter or a text", f->name);
		if (strchr(f->help, '\n') || strlen(f->help) > 120)
			fail_msg("%s: the help is not one line", f->name);
		if (!*f->absent && !(f->flags & FIELD_NEVER_ABSENT))
			fail_msg("%s does not say when it is absent", f->name);
		if (f->flags & FIELD_SAYS_NA && !str_starts(str_of(f->absent), STR("<NA>")))
			fail_msg("%s does not say when it is <NA>", f->name);
		if ((f->get == field_absent) != !!(f->flags & FIELD_NEVER))
			fail_msg("%s: fed or not?", f->name);
		if (f->flags & FIELD_ANCESTOR && f->selector != SELECTOR_OPTIONAL)
			fail_msg("%s: an ancestor field has an index", f->name);
	}
}

static void test_registry_names_are_unique(void **state)
{
	struct map seen = { 0 };

	(void)state;
	for (size_t i = 0; i < registry_count(); i++) {
		assert_null(map_get(&seen, str_of(registry_at(i)->name)));
		assert_int_equal(map_put(&seen, str_of(registry_at(i)->name), &seen), 0);
		assert_ptr_equal(find(str_of(registry_at(i)->name)), registry_at(i));
	}
	map_release(&seen);
}

static void test_find_of_free_parts_gives_them_as_selector(void **state)
{
	static const struct {
		const char *name, *def, *selector;
		enum value_type type;
	} rows[] = {
		{ "evt.arg.flags", "evt.arg", "flags", VALUE_STRING },
		{ "evt.rawarg.flags", "evt.rawarg", "flags", VALUE_INT },
		{ "evt.rawarg.oldpath", "evt.rawarg", "oldpath", VALUE_STRING },
		{ "evt.type.is.openat", "evt.type.is", "openat", VALUE_UINT },
		{ "evt.arg.no.such", "evt.arg", "no.such", VALUE_STRING },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str selector = STR_ABSENT;
		const struct field_def *def =
			registry_schema()->find(str_of(rows[i].name), &selector);

		assert_non_null(def);
		assert_string_equal(def->name, rows[i].def);
		assert_true(str_eq(selector, str_of(rows[i].selector)));
		assert_int_equal(def->type, rows[i].type);
	}
}

static void test_find_of_what_is_no_field_gives_nothing(void **state)
{
	static const char *const names[] = {
		"",
		".",
		"evt",
		"evt.",
		"evt.arg.",
		"evt.type.is.",
		"proc.nam",
		"proc.name.",
		"PROC.NAME",
		"ka.verb",
		"ct.name",
		"proc..name",
		"thread.old.",
		"thread.old.name",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (find(str_of(names[i])))
			fail_msg("'%s' is a field", names[i]);
	assert_null(find(str_mem("proc.name\0", 10)));
}

static void test_nearest_of_a_slip_is_the_field_meant(void **state)
{
	static const struct {
		const char *wrong, *right;
	} rows[] = {
		{ "proc.nmae", "proc.name" },
		{ "container.image.repositry", "container.image.repository" },
		{ "fd.kernel_nob", "fd.kernel_knob" },
		{ "thread.cap_exces", "thread.cap_excess" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(str_eq(registry_schema()->nearest(str_of(rows[i].wrong)),
				   str_of(rows[i].right)));
	assert_null(registry_schema()->nearest(STR("zzzzzz")).ptr);
	assert_true(str_eq(registry_schema()->nearest_event_type(STR("opennat")), STR("openat")));
}

static void test_schema_counts_and_names_event_types(void **state)
{
	const struct schema *s = registry_schema();
	int type = s->event_type(STR("umount"));

	(void)state;
	assert_true(type > 0 && (unsigned)type < s->event_types);
	assert_true(str_eq(s->event_type_name((unsigned)type), STR("umount2")));
	assert_int_equal(s->event_type(STR("opennat")), -1);
}

static void test_selector_that_is_no_index_is_refused(void **state)
{
	static const char *const wrong[] = {
		"proc.aname[x]",   "proc.aname[-1]",
		"proc.aname[1.5]", "proc.aname[99999999999999999999]",
		"proc.args[0x1]",  "evt.type.is.opennat",
		"evt.arg.no_such", "evt.rawarg.no_such",
	};
	struct field_use use;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (stage_use(wrong[i], &use) != -EINVAL)
			fail_msg("%s loads", wrong[i]);
	assert_int_equal(stage_use("proc.aname[2]", &use), 0);
	assert_int_equal(use.index, 2);
}

static void test_wrong_argument_is_told_with_the_nearest(void **state)
{
	AUTO(diag) d = diag_new();
	struct str selector = STR_ABSENT;
	const struct field_def *def = registry_schema()->find(STR("evt.arg.falgs"), &selector);
	struct field_use use = { .def = def, .selector = selector };
	const struct place where = { .file = "20-x.ini", .line = 3, .column = 9 };

	(void)state;
	assert_int_equal(def->prepare(&use, &where, d), -EINVAL);
	assert_int_equal(diag_errors(d), 1);
	assert_string_equal(diag_at(d, 0)->code, "unknown-argument");
	assert_non_null(strstr(diag_at(d, 0)->message, "'flags'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_has_exactly_the_fields_of_the_reference),
		cmocka_unit_test(test_registry_rows_say_what_a_reader_needs),
		cmocka_unit_test(test_registry_names_are_unique),
		cmocka_unit_test(test_find_of_free_parts_gives_them_as_selector),
		cmocka_unit_test(test_find_of_what_is_no_field_gives_nothing),
		cmocka_unit_test(test_nearest_of_a_slip_is_the_field_meant),
		cmocka_unit_test(test_schema_counts_and_names_event_types),
		cmocka_unit_test(test_selector_that_is_no_index_is_refused),
		cmocka_unit_test(test_wrong_argument_is_told_with_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
