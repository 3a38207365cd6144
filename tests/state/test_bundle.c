// SPDX-License-Identifier: Apache-2.0
/* Bundles below a temporary root: what engines write, and what an attacker would. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
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

#include "base/file.h"
#include "state/bundle.h"

#define ID "abc123"
#define MOBY "/run/containerd/io.containerd.runtime.v2.task/moby/" ID

struct fixture {
	char root[64];
	struct arena *arena;
	struct facts_container c;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->root, sizeof(f->root), "/tmp/wc-bundle-XXXXXX");
	if (!mkdtemp(f->root))
		return -1;
	f->arena = arena_new(4096, 8 << 20);
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
	return bundle_read(f->root, STR(ID), str_of(bundle), &f->c, f->arena);
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
		assert_int_equal(bundle_read(f->root, str_of(ids[i]), STR_ABSENT, &f->c, f->arena),
				 -EINVAL);
	assert_int_equal(bundle_read(f->root, str_mem("a\0b", 3), STR_ABSENT, &f->c, f->arena),
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

static void test_bundle_list_names_what_runc_and_crun_keep(void **state)
{
	struct fixture *f = *state;
	struct str *ids;
	size_t n;

	put(f, "/run/runc/one/state.json", "{}");
	put(f, "/run/crun/two/status", "{}");
	assert_int_equal(bundle_list(f->root, &ids, &n, f->arena), 0);
	assert_int_equal(n, 2);
	assert_true(str_eq(ids[0], STR("one")));
	assert_true(str_eq(ids[1], STR("two")));
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
		T(test_bundle_list_names_what_runc_and_crun_keep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
