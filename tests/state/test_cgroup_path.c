// SPDX-License-Identifier: Apache-2.0
/* A row for every shape of cgroup path, as real hosts write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "kernel/cgroupfs.h"
#include "state/cgroup_path.h"

#define H "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define F "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define UID "1e2d3c4b-0a1b-4c2d-8e3f-001122334455"
#define UID_ "1e2d3c4b_0a1b_4c2d_8e3f_001122334455"
#define POD "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice/"
#define USER "user.slice/user-1000.slice/user@1000.service/"

static const struct {
	const char *text, *id, *type, *inner;
} rows[] = {
	/* docker: cgroupfs and systemd drivers, v1, v2, hybrid, rootless, a parent of one's own */
	{ "0::/docker/" H "\n", H, "docker", NULL },
	{ "12:memory:/docker/" H "\n1:name=systemd:/docker/" H "\n0::/\n", H, "docker", NULL },
	{ "11:cpu,cpuacct:/\n4:memory:/docker/" H "\n", H, "docker", NULL },
	{ "13:pids:/docker-ce/docker/" H "\n", H, "docker", NULL },
	{ "4:memory:/docker/" H "\n0::/system.slice/containerd.service\n", H, "docker", NULL },
	{ "0::/system.slice/docker-" H ".scope\n", H, "docker", NULL },
	{ "0::/system.slice/docker-" H ".scope/init\n", H, "docker", NULL },
	{ "1:name=systemd:/system.slice/docker-" H ".scope\n0::/\n", H, "docker", NULL },
	{ "0::/" USER "user.slice/docker-" H ".scope\n", H, "docker", NULL },
	{ "0::/batch.slice/docker-" H ".scope\n", H, "docker", NULL },
	{ "4:memory:/batch/" H "\n", H, NULL, NULL },
	{ "4:memory:/" H "\n", H, NULL, NULL },
	{ "0::/moby/" H "\n", H, "docker", NULL },
	/* containerd: ctr, nerdctl, CRI with both drivers and with a driver that is not the kubelet's */
	{ "0::/default/redis\n", "redis", "containerd", NULL },
	{ "0::/default/" H "\n", H, "containerd", NULL },
	{ "0::/k8s.io/" H "\n", H, "containerd", NULL },
	{ "0::/system.slice/nerdctl-" H ".scope\n", H, "containerd", NULL },
	{ "0::/" POD "cri-containerd-" H ".scope\n", H, "containerd", NULL },
	{ "0::/kubepods/burstable/pod" UID "/" H "\n", H, NULL, NULL },
	{ "9:memory:/kubepods/pod" UID "/" H "\n", H, NULL, NULL },
	{ "0::/system.slice/containerd.service/kubepods-burstable-pod" UID_
	  ".slice:cri-containerd:" H "\n",
	  H, "containerd", NULL },
	{ "0::/" POD "docker-" H ".scope\n", H, "docker", NULL }, /* cri-dockerd */
	/* cri-o */
	{ "0::/" POD "crio-" H ".scope\n", H, "cri-o", NULL },
	{ "0::/" POD "crio-" H ".scope/container\n", H, "cri-o", NULL },
	{ "9:memory:/kubepods/besteffort/pod" UID "/crio-" H "\n", H, "cri-o", NULL },
	/* podman: root and rootless, pods, --cgroups=split, cgroupfs */
	{ "0::/machine.slice/libpod-" H ".scope/container\n", H, "podman", NULL },
	{ "0::/" USER "user.slice/libpod-" H ".scope\n", H, "podman", NULL },
	{ "0::/" USER "user.slice/user-libpod_pod_" F ".slice/libpod-" H ".scope/container\n", H,
	  "podman", NULL },
	{ "0::/machine.slice/machine-libpod_pod_" F ".slice/libpod-" H ".scope\n", H, "podman",
	  NULL },
	{ "0::/system.slice/web.service/libpod-payload-" H "\n", H, "podman", NULL },
	{ "4:memory:/libpod_parent/libpod-" H "\n", H, "podman", NULL },
	{ "4:memory:/libpod_parent/" F "/libpod-" H "\n", H, "podman", NULL },
	/* plain runtimes with the systemd driver; with cgroupfs any path: lineage knows those */
	{ "0::/system.slice/runc-web.scope\n", "web", "runc", NULL },
	{ "0::/system.slice:runc:web\n", "web", "runc", NULL },
	{ "0::/user.slice/crun-box.scope\n", "box", "crun", NULL },
	{ "0::/system.slice/crun-box.scope/container\n", "box", "crun", NULL },
	{ "0::/system.slice/youki-box.scope\n", "box", "youki", NULL },
	/* lxc, incus, LXD, libvirt-lxc */
	{ "0::/lxc.payload.web/system.slice\n", "web", "lxc", NULL },
	{ "0::/lxc.payload.project_web/init.scope\n", "project_web", "lxc", NULL },
	{ "4:memory:/lxc.payload/web\n", "web", "lxc", NULL },
	{ "4:memory:/lxc/web/init.scope\n", "web", "lxc", NULL },
	{ "0::/machine.slice/machine-lxc\\x2d1234\\x2dweb.scope\n", "1234-web", "libvirt-lxc",
	  NULL },
	/* systemd-nspawn */
	{ "0::/machine.slice/machine-fedora.scope/payload\n", "fedora", "nspawn", NULL },
	{ "0::/machine.slice/machine-fedora.scope\n", "fedora", "nspawn", NULL },
	{ "0::/machine.slice/machine-my\\x2dbox.scope/payload/init.scope\n", "my-box", "nspawn",
	  NULL },
	{ "0::/machine.slice/systemd-nspawn@fedora.service/payload\n", "fedora", "nspawn", NULL },
	/* garden, ECS on instances and on Fargate, buildkit alone and in docker */
	{ "4:memory:/garden/5a1b-22\n", "5a1b-22", "garden", NULL },
	{ "4:memory:/system.slice/garden.service/garden/5a1b-22\n", "5a1b-22", "garden", NULL },
	{ "4:memory:/ecs/0f9c/" H "\n", H, NULL, NULL },
	{ "4:memory:/ecs/cluster/0123456789abcdef0123456789abcdef/" H "\n", H, NULL, NULL },
	{ "0::/ecstasks.slice/ecstasks-0123456789abcdef0123456789abcdef.slice/docker-" H ".scope\n",
	  H, "docker", NULL },
	{ "4:memory:/ecs/0123456789abcdef0123456789abcdef/"
	  "0123456789abcdef0123456789abcdef-2531612879\n",
	  "0123456789abcdef0123456789abcdef-2531612879", "ecs", NULL },
	{ "0::/buildkit/x2k3\n", "x2k3", "buildkit", NULL },
	{ "4:memory:/docker/buildkit/x2k3\n", "x2k3", "buildkit", NULL },
	/* the outer one is accountable, the inner one is told */
	{ "0::/docker/" H "/docker/" F "\n", H, "docker", F },
	{ "0::/docker/" H "/kubelet.slice/" POD "cri-containerd-" F ".scope\n", H, "docker", F },
	{ "4:memory:/docker/" H "\n3:cpu:/docker/" H "/docker/" F "\n0::/docker/" H "\n", H,
	  "docker", F },
	{ "4:memory:/docker/" H "\n3:cpu:/docker/" H "/machine-my\\x2dbox.scope\n", H, "docker",
	  "my-box" },
	{ "0::/lxc.payload.web/system.slice/docker-" H ".scope\n", "web", "lxc", H },
	{ "0::/" POD "cri-containerd-" H ".scope/machine.slice/libpod-conmon-" F ".scope\n", H,
	  "containerd", NULL },
	/* not containers: monitors, virtual machines, a user's own sandboxes, ordinary units */
	{ "0::/\n", NULL, NULL, NULL },
	{ "0::/system.slice/ssh.service\n", NULL, NULL, NULL },
	{ "0::/system.slice/docker.service\n", NULL, NULL, NULL },
	{ "0::/system.slice/containerd.service\n", NULL, NULL, NULL },
	{ "4:memory:/process_api/01cee9a567e167de3275a2b18f4ad2b5\n", NULL, NULL, NULL },
	{ "0::/machine.slice/libpod-conmon-" H ".scope\n", NULL, NULL, NULL },
	{ "4:memory:/libpod_parent/libpod-conmon-" H "\n", NULL, NULL, NULL },
	{ "4:memory:/libpod_parent/conmon\n", NULL, NULL, NULL },
	{ "0::/system.slice/web.service/runtime\n", NULL, NULL, NULL },
	{ "0::/" POD "crio-conmon-" H ".scope\n", NULL, NULL, NULL },
	{ "9:memory:/kubepods/besteffort/pod" UID "/crio-conmon-" H "\n", NULL, NULL, NULL },
	{ "0::/" POD "\n", NULL, NULL, NULL },
	{ "0::/lxc.monitor.web\n", NULL, NULL, NULL },
	{ "4:memory:/lxc.monitor/web\n", NULL, NULL, NULL },
	{ "0::/machine.slice/machine-fedora.scope/supervisor\n", NULL, NULL, NULL },
	{ "0::/machine.slice/systemd-nspawn@fedora.service/supervisor\n", NULL, NULL, NULL },
	{ "0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/emulator\n", NULL, NULL, NULL },
	{ "9:memory:/kata_overhead/" H "\n", NULL, NULL, NULL },
	{ "9:memory:/kubepods/pod" UID "/kata_" H "\n", NULL, NULL, NULL },
	{ "0::/" USER "app.slice/app-flatpak-org.gnome.Maps-4711.scope\n", NULL, NULL, NULL },
	{ "0::/" USER "app.slice/app-gnome-bwrap-4711.scope\n", NULL, NULL, NULL },
	{ "0::/app/default/redis\n", NULL, NULL, NULL },
	{ "0::/default\n", NULL, NULL, NULL },
	/* nearly */
	{ "0::/docker/0123456789ABCDEF\n", NULL, NULL, NULL },
	{ "0::/docker-.scope\n", NULL, NULL, NULL },
	{ "0::/" H "0\n", NULL, NULL, NULL },
	{ "0::/0123456789abcdef0123456789abcdef-\n", NULL, NULL, NULL },
	{ "0::/0123456789abcdef0123456789abcdef-1x\n", NULL, NULL, NULL },
	{ "0::/a:b:" H "x\n", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
	{ ":::::\n\n::\n", NULL, NULL, NULL },
	{ "garbage", NULL, NULL, NULL },
};

static void check_text(struct str is, const char *should)
{
	assert_int_equal(is.ptr == NULL, should == NULL);
	assert_true(str_eq(is, str_of(should)));
}

/* of the first of its paths that names one */
static void check_inner(struct str text, struct str id, const char *should)
{
	char unescaped[CGROUP_ID_MAX + 1];
	struct str inner = STR_ABSENT;
	struct cgroup_line line;

	while (!inner.ptr && cgroup_line_next(&text, &line))
		inner = cgroup_path_inner(line.path, id, unescaped);
	check_text(inner, should);
}

static void test_cgroup_path_every_shape_gives_its_id(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cgroup_id id;
		enum cgroup_verdict v = cgroup_path_parse(str_of(rows[i].text), &id);

		if (v != (rows[i].id ? CGROUP_CONTAINER : CGROUP_NONE))
			print_message("row %zu: %s", i, rows[i].text);
		assert_int_equal(v, rows[i].id ? CGROUP_CONTAINER : CGROUP_NONE);
		if (v == CGROUP_NONE)
			continue;
		check_text(id.id, rows[i].id);
		check_text(id.type, rows[i].type);
		check_inner(str_of(rows[i].text), id.id, rows[i].inner);
	}
}

static void test_cgroup_path_hierarchies_that_disagree_conflict(void **state)
{
	struct cgroup_id id;

	(void)state;
	assert_int_equal(
		cgroup_path_parse(STR("4:memory:/docker/" H "\n3:cpu:/docker/" F "\n"), &id),
		CGROUP_CONFLICT);
	assert_int_equal(
		cgroup_path_parse(STR("4:memory:/docker/" H "\n3:cpu:/docker/" H "/docker/" F "\n"),
				  &id),
		CGROUP_CONTAINER);
}

static void test_cgroup_path_innermost_container_is_told_wherever_it_is(void **state)
{
	char unescaped[CGROUP_ID_MAX + 1];
	struct str id = STR(H);

	(void)state;
	check_text(cgroup_path_inner(STR("/docker/" F), id, unescaped), F);
	check_text(cgroup_path_inner(STR("/docker/" H "/docker/" F "/machine-a\\x2db.scope"), id,
				     unescaped),
		   "a-b");
	check_text(cgroup_path_inner(STR("/evil/docker/" H), id, unescaped), NULL);
	check_text(cgroup_path_inner(STR("/docker/" H "/sub"), id, unescaped), NULL);
	check_text(cgroup_path_inner(STR("/odd/place"), id, unescaped), NULL);
	check_text(cgroup_path_inner(STR("/"), id, unescaped), NULL);
}

static void test_cgroup_path_pod_uid_is_read_in_both_drivers(void **state)
{
	char uid[CGROUP_ID_MAX + 1];

	(void)state;
	assert_true(cgroup_path_pod(STR("/kubepods/burstable/pod" UID "/" H), uid));
	assert_string_equal(uid, UID);
	assert_true(cgroup_path_pod(STR("/" POD "crio-" H ".scope"), uid));
	assert_string_equal(uid, UID);
	assert_true(cgroup_path_pod(STR("kubepods-pod" UID_ ".slice:cri-containerd:" H), uid));
	assert_string_equal(uid, UID);
	/* a static pod has a hash */
	assert_true(cgroup_path_pod(STR("/kubepods/pod0123456789abcdef0123456789abcdef/x"), uid));
	assert_false(cgroup_path_pod(STR("/system.slice/podman.service"), uid));
	assert_false(cgroup_path_pod(STR("/kubepods/pod-00112233445566778899aabbccddeeffgg"), uid));
	assert_false(cgroup_path_pod(STR(""), uid));
}

static void test_cgroup_path_names_a_known_id_in_any_shape(void **state)
{
	struct str id = STR("web");

	(void)state;
	assert_true(cgroup_path_names(STR("0::/a/b/web\n"), id));
	assert_true(cgroup_path_names(STR("0::/a/custom-web.scope/x\n"), id));
	assert_true(cgroup_path_names(STR("0::/a:b:web\n"), id));
	assert_false(cgroup_path_names(STR("0::/a/myweb\n"), id));
	assert_false(cgroup_path_names(STR("0::/a/web2\n"), id));
	assert_false(cgroup_path_names(STR("0::/a/web\n"), STR("")));
}

static void test_cgroup_path_leaf_is_of_the_longest_path(void **state)
{
	(void)state;
	assert_true(str_eq(cgroup_path_leaf(STR("2:cpu:/\n1:memory:/a/web\n0::/a\n")), STR("web")));
	assert_null(cgroup_path_leaf(STR("0::/\n")).ptr);
}

static void test_cgroup_path_cut_keeps_the_containers_own_directory(void **state)
{
	AUTO(arena) a = arena_new(1024, 65536);

	(void)state;
	assert_true(str_eq(cgroup_path_cut(STR("6:freezer:/x/web/sub/web\n5:cpu,cpuacct:/\n"
					       "0::/s/docker-web.scope/init\n"),
					   STR("web"), a),
			   STR("6:freezer:/x/web\n0::/s/docker-web.scope\n")));
	assert_true(str_eq(cgroup_path_cut(STR("1:a:/m.slice/machine-my\\x2dbox.scope/payload\n"
					       "2:b:/a.slice:runc:my-box\n3:c:/my-box2\n"),
					   STR("my-box"), a),
			   STR("1:a:/m.slice/machine-my\\x2dbox.scope\n"
			       "2:b:/a.slice:runc:my-box\n")));
	assert_true(str_eq(cgroup_path_cut(STR("1:a:/lxc.payload.web/x\n2:b:/lxc.monitor.web\n"
					       "3:c:/m.slice/systemd-nspawn@web.service/payload\n"),
					   STR("web"), a),
			   STR("1:a:/lxc.payload.web\n3:c:/m.slice/systemd-nspawn@web.service\n")));
	assert_null(cgroup_path_cut(STR("0::/other\n"), STR("web"), a).ptr);
	assert_null(cgroup_path_cut(STR("0::/web\n"), STR(""), a).ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cgroup_path_every_shape_gives_its_id),
		cmocka_unit_test(test_cgroup_path_hierarchies_that_disagree_conflict),
		cmocka_unit_test(test_cgroup_path_innermost_container_is_told_wherever_it_is),
		cmocka_unit_test(test_cgroup_path_pod_uid_is_read_in_both_drivers),
		cmocka_unit_test(test_cgroup_path_names_a_known_id_in_any_shape),
		cmocka_unit_test(test_cgroup_path_cut_keeps_the_containers_own_directory),
		cmocka_unit_test(test_cgroup_path_leaf_is_of_the_longest_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
