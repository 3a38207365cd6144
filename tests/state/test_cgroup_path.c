// SPDX-License-Identifier: Apache-2.0
/* A row for every shape of cgroup path, as real hosts write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "state/cgroup_path.h"

#define H "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1e2d_3.slice/"

static const struct {
	const char *text, *id, *type;
} rows[] = {
	{ "0::/docker/" H "\n", H, "docker" },
	{ "12:memory:/docker/" H "\n0::/\n", H, "docker" },
	{ "11:cpu,cpuacct:/\n4:memory:/docker/" H "\n", H, "docker" },
	{ "0::/system.slice/docker-" H ".scope\n", H, "docker" },
	{ "0::/system.slice/docker-" H ".scope/init\n", H, "docker" },
	{ "0::/" POD "cri-containerd-" H ".scope\n", H, "containerd" },
	{ "0::/kubepods/burstable/pod1e2d/" H "\n", H, NULL },
	{ "0::/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:" H
	  "\n",
	  H, NULL },
	{ "0::/k8s.io/" H "\n", H, "containerd" },
	{ "0::/system.slice/nerdctl-" H ".scope\n", H, "containerd" },
	{ "0::/moby/" H "\n", H, "docker" },
	{ "0::/machine.slice/libpod-" H ".scope/container\n", H, "podman" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" H ".scope\n", H,
	  "podman" },
	{ "0::/libpod_parent/libpod-" H "\n", H, "podman" },
	{ "0::/" POD "crio-" H ".scope\n", H, "cri-o" },
	{ "0::/system.slice/runc-web.scope\n", "web", "runc" },
	{ "0::/user.slice/crun-box.scope\n", "box", "crun" },
	{ "0::/lxc.payload.web/system.slice\n", "web", "lxc" },
	{ "0::/lxc/web/init.scope\n", "web", "lxc" },
	{ "0::/machine.slice/machine-fedora.scope/payload\n", "fedora", "nspawn" },
	{ "0::/machine.slice/systemd-nspawn@fedora.service\n", "fedora", "nspawn" },
	{ "4:memory:/garden/5a1b-22\n", "5a1b-22", "garden" },
	{ "4:memory:/ecs/0f9c/" H "\n", H, NULL },
	{ "0::/buildkit/x2k3\n", "x2k3", "buildkit" },
	/* the outer one is accountable */
	{ "0::/docker/" H
	  "/docker/ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n",
	  H, "docker" },
	/* not containers */
	{ "0::/\n", NULL, NULL },
	{ "0::/system.slice/ssh.service\n", NULL, NULL },
	{ "0::/system.slice/docker.service\n", NULL, NULL },
	{ "4:memory:/process_api/01cee9a567e167de3275a2b18f4ad2b5\n", NULL, NULL },
	{ "0::/machine.slice/libpod-conmon-" H ".scope\n", NULL, NULL },
	{ "0::/" POD "crio-conmon-" H ".scope\n", NULL, NULL },
	{ "0::/lxc.monitor.web\n", NULL, NULL },
	{ "0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/emulator\n", NULL, NULL },
	{ "0::/docker/0123456789ABCDEF\n", NULL, NULL },
	{ "0::/docker-.scope\n", NULL, NULL },
	{ "", NULL, NULL },
	{ ":::::\n\n::\n", NULL, NULL },
	{ "garbage", NULL, NULL },
};

static void test_cgroup_path_every_shape_gives_its_id(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cgroup_id id;
		bool known = cgroup_path_parse(str_of(rows[i].text), &id);

		if (known != (rows[i].id != NULL))
			print_message("row %zu: %s", i, rows[i].text);
		assert_int_equal(known, rows[i].id != NULL);
		if (!known)
			continue;
		assert_true(str_eq(id.id, str_of(rows[i].id)));
		assert_int_equal(id.type.ptr == NULL, rows[i].type == NULL);
		assert_true(str_eq(id.type, str_of(rows[i].type)));
	}
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
	assert_null(cgroup_path_cut(STR("0::/other\n"), STR("web"), a).ptr);
	assert_null(cgroup_path_cut(STR("0::/web\n"), STR(""), a).ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cgroup_path_every_shape_gives_its_id),
		cmocka_unit_test(test_cgroup_path_names_a_known_id_in_any_shape),
		cmocka_unit_test(test_cgroup_path_cut_keeps_the_containers_own_directory),
		cmocka_unit_test(test_cgroup_path_leaf_is_of_the_longest_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
