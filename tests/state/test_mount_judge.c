// SPDX-License-Identifier: Apache-2.0
/* What of a container's mounts is other than it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "state/mount_judge.h"

/* of a docker container, shortened */
#define ROOT "72 48 0:39 / / rw,relatime master:2 - overlay overlay rw,lowerdir=/l\n"
#define PROC "73 72 0:42 / /proc rw,nosuid - proc proc rw\n"
#define DEV                                                                                        \
	"74 72 0:43 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k\n"                               \
	"75 74 0:44 / /dev/pts rw - devpts devpts rw\n"                                            \
	"87 74 0:41 / /dev/mqueue rw - mqueue mqueue rw\n"
#define SYS "76 72 0:45 / /sys ro,nosuid - sysfs sysfs ro\n"
#define CGROUP                                                                                     \
	"77 76 0:46 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"                               \
	"78 77 0:29 /docker/x /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"
#define VOLUMES                                                                                    \
	"89 72 254:0 /usr/bin/tini-static /sbin/docker-init ro - ext4 /dev/vda rw\n"               \
	"90 72 254:0 /srv/v/_data /run/data rw - ext4 /dev/vda rw\n"                               \
	"91 72 0:48 / /scratch rw - tmpfs tmpfs rw\n"                                              \
	"95 72 254:0 /var/lib/docker/containers/x/hosts /etc/hosts rw - ext4 /dev/vda rw\n"
#define PROC_SYS_OF(how) "52 73 0:42 /sys /proc/sys " how ",nosuid - proc proc rw\n"
#define PROC_SYS PROC_SYS_OF("ro")
#define KEYS "54 73 0:43 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,size=65536k\n"
#define ACPI "53 73 0:49 / /proc/acpi ro,relatime - tmpfs tmpfs ro\n"
#define PLAIN ROOT PROC DEV SYS CGROUP VOLUMES PROC_SYS KEYS ACPI

#define MOUNT(source, dest, propagation, type) source "\0" dest "\0rw\0true\0" propagation "\0" type
#define LIST(array)                                                                                \
	{                                                                                          \
		array, sizeof(array) / sizeof((array)[0])                                          \
	}

static struct str mounts[] = {
	STR(MOUNT("proc", "/proc", "", "proc")),
	STR(MOUNT("tmpfs", "/dev", "", "tmpfs")),
	STR(MOUNT("sysfs", "/sys", "", "sysfs")),
	STR(MOUNT("cgroup", "/sys/fs/cgroup", "", "cgroup")),
	STR(MOUNT("/usr/bin/docker-init", "/sbin/docker-init", "", "bind")),
	STR(MOUNT("/srv/v/_data", "/var/run/data", "", "bind")),
	STR(MOUNT("/var/lib/docker/containers/x/hosts", "/etc/hosts", "", "bind")),
	STR(MOUNT("/mnt", "/shared", "rslave", "bind")),
};
static struct str masked[] = { STR("/proc/acpi"), STR("/proc/kcore"), STR("/proc/keys") };
static struct str readonly[] = { STR("/proc/fs"), STR("/proc/sys") };
static const struct spec docker = {
	.is_known = true,
	.mounts = LIST(mounts),
	.masked = LIST(masked),
	.readonly = LIST(readonly),
};

static struct arena *arena;
static struct mount_finding found[MOUNT_FINDINGS_MAX];
static char shown[4096];
static struct str orders;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(65536, 8 << 20);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* "reason path", comma-separated */
static const char *judge(const char *before, const char *now, const struct spec *spec)
{
	struct mount_list was, is;
	struct mount_case c = { .now = &is, .spec = spec, .orders = orders, .arena = arena };
	size_t n, len = 0;
	bool is_cut;

	mount_list_read(mount_list_trim(str_of(now), &is_cut, arena), &is, arena);
	c.is_cut = is_cut;
	if (before) {
		mount_list_read(mount_list_trim(str_of(before), &is_cut, arena), &was, arena);
		c.before = &was;
	}
	n = mount_judge(&c, found);
	shown[0] = '\0';
	for (size_t i = 0; i < n && len < sizeof(shown); i++)
		len += (size_t)snprintf(shown + len, sizeof(shown) - len, "%s%.*s %.*s",
					i ? ", " : "", STR_ARG(mount_reason_name(found[i].reason)),
					STR_ARG(found[i].path));
	return shown;
}

#define LATER(now) judge(PLAIN, PLAIN now, &docker)

static void test_container_of_docker_is_as_configured(void **state)
{
	(void)state;
	assert_string_equal(judge(NULL, PLAIN, &docker), "");
	assert_string_equal(judge(PLAIN, PLAIN, &docker), "");
}

static void test_without_configuration_the_first_look_says_nothing(void **state)
{
	static const struct spec none;

	(void)state;
	assert_string_equal(judge(NULL, PLAIN "99 72 254:0 / /host rw - ext4 /dev/vda rw\n", &none),
			    "");
	assert_string_equal(judge(ROOT PROC, ROOT PROC "99 72 0:99 / /x rw - sysfs x rw\n", &none),
			    "kernel-fs /x");
}

static void test_file_systems_of_the_kernel(void **state)
{
	static const char *const types[] = { "cgroup",	 "cgroup2",  "proc",	    "sysfs",
					     "debugfs",	 "tracefs",  "securityfs",  "bpf",
					     "configfs", "devtmpfs", "binfmt_misc", "efivarfs" };
	char now[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(now, sizeof(now), "%s99 72 0:99 / /x rw - %s none rw\n", PLAIN, types[i]);
		assert_string_equal(judge(PLAIN, now, &docker), "kernel-fs /x");
		assert_true(str_eq(found[0].mount->fstype, str_of(types[i])));
	}
}

static void test_proc_bound_to_another_place(void **state)
{
	(void)state;
	assert_string_equal(LATER("99 72 0:42 / /x rw - proc proc rw\n"), "kernel-fs /x");
	assert_string_equal(LATER("99 72 0:42 /sys/kernel /x rw - proc proc rw\n"), "proc-part /x");
}

static void test_its_own_directories_are_its_own(void **state)
{
	(void)state;
	assert_string_equal(LATER("99 72 0:39 /tmp/a /b rw - overlay overlay rw\n"), "");
	assert_string_equal(LATER("99 72 254:0 /srv/v/_data/sub /b rw - ext4 /dev/vda rw\n"), "");
	assert_string_equal(LATER("98 72 0:98 / /t rw - tmpfs none rw\n"
				  "99 72 0:98 /a /b rw - tmpfs none rw\n"),
			    "");
	assert_string_equal(LATER("99 72 0:4 net:[1] /run/netns/a rw - nsfs nsfs rw\n"), "");
}

static void test_what_is_the_hosts(void **state)
{
	(void)state;
	/* hosts lies on it: that device is the host's */
	assert_string_equal(LATER("99 72 254:0 / /x rw - ext4 /dev/vda rw\n"), "host-root /x");
	assert_string_equal(LATER("99 72 254:0 /etc /x rw - ext4 /dev/vda rw\n"), "undeclared /x");
	assert_string_equal(LATER("99 72 7:0 / /x rw - ext4 /dev/loop0 rw\n"), "block-fs /x");
	assert_string_equal(LATER("99 72 0:99 / /x rw - overlay o rw,lowerdir=/a\n"), "overlay /x");
	/* part of a tmpfs that nobody here has mounted: /run of the host */
	assert_string_equal(LATER("99 72 0:20 /docker.sock /x rw - tmpfs tmpfs rw\n"),
			    "undeclared /x");
	assert_string_equal(judge(PLAIN "96 72 0:20 /docker.sock /s rw - tmpfs tmpfs rw\n",
				  PLAIN "96 72 0:20 /docker.sock /s rw - tmpfs tmpfs rw\n"
					"99 72 0:20 / /x rw - tmpfs tmpfs rw\n",
				  &docker),
			    "host-root /x");
}

static void test_bind_that_the_configuration_has_not(void **state)
{
	(void)state;
	assert_string_equal(
		judge(NULL, PLAIN "99 72 254:0 /etc /x rw - ext4 /dev/vda rw\n", &docker),
		"undeclared /x");
	assert_string_equal(judge(NULL, PLAIN "99 72 254:0 / /x rw - ext4 /dev/vda rw\n", &docker),
			    "block-fs /x");
	/* below a volume that is bound with all that lies below it */
	assert_string_equal(
		judge(NULL, PLAIN "99 72 8:1 / /shared/disk rw - ext4 /dev/sda1 rw\n", &docker),
		"");
}

#define PODS "/var/lib/kubelet/pods/1/"

/* "reason path ..." of the first look at what a configuration with nothing but that bind at /x became */
static const char *led(const char *source, const char *mount)
{
	static const char rest[] = MOUNT("", "/x", "", "bind");
	char entry[256];
	size_t n = (size_t)snprintf(entry, sizeof(entry) - sizeof(rest), "%s", source);
	struct str one = str_mem(entry, n + sizeof(rest) - 1);
	const struct spec spec = { .is_known = true, .mounts = { &one, 1 } };

	memcpy(entry + n, rest, sizeof(rest));
	return judge(NULL, mount, &spec);
}

static void test_source_that_a_link_led_astray(void **state)
{
	(void)state;
	assert_string_equal(led("/d/v/_data/sub", "9 1 254:0 /etc /x rw - ext4 /dev/vda rw\n"),
			    "redirected /x");
	assert_string_equal(
		led(PODS "volume-subpaths/v/c/0", "9 1 254:0 / /x rw - ext4 /dev/vda rw\n"),
		"redirected /x");
	assert_string_equal(led("/var/tmp/buildah1/mnt/buildah-bind-target-0",
				"9 1 254:0 / /x rw - ext4 /dev/vda rw\n"),
			    "redirected /x");
	assert_string_equal(led("/d/v/_data/sub", "9 1 0:21 /sys /x rw - proc proc rw\n"),
			    "redirected /x");
	assert_string_equal(
		led("/d/v/_data/sub", "9 1 254:0 /root/.ssh /x rw - ext4 /dev/vda rw\n"),
		"redirected /x");
}

static void test_source_that_is_where_it_says(void **state)
{
	(void)state;
	assert_string_equal(
		led("/d/v/_data/etc", "9 1 254:0 /v/_data/etc /x rw - ext4 /dev/vda rw\n"), "");
	assert_string_equal(led("/d/v/_data", "9 1 8:1 / /x rw - ext4 /dev/sda1 rw\n"), "");
	assert_string_equal(led(PODS "volume-subpaths/v/c/0",
				"9 1 254:0 /pods/1/volumes/e/v/a /x rw - ext4 /dev/vda rw\n"),
			    "");
	/* nothing tells a subPath of the host's own directory from one that a link led there */
	assert_string_equal(led(PODS "volume-subpaths/logs/c/0",
				"9 1 254:0 /var/log/pods /x rw - ext4 /dev/vda rw\n"),
			    "redirected /x");
	/* a directory that somebody builds in, an image, a secret in memory, a link of the host's own */
	assert_string_equal(led("/var/tmp/buildah1/mnt/buildah-bind-target-0",
				"9 1 254:0 /root/project /x rw - ext4 /dev/vda rw\n"),
			    "");
	assert_string_equal(led("/var/tmp/buildah1/mnt/buildah-bind-target-0",
				"9 1 0:84 / /x rw - overlay o rw\n"),
			    "");
	assert_string_equal(led(PODS "volumes/s", "9 1 0:84 / /x rw - tmpfs tmpfs rw\n"), "");
	assert_string_equal(led("/lib", "9 1 254:0 /usr/lib /x rw - ext4 /dev/vda rw\n"), "");
}

/* by who builds, and not by the file that is built */
static void test_source_that_the_command_of_a_builder_names(void **state)
{
	static const char bound[] = "/var/tmp/buildah1/mnt/buildah-bind-target-0";
	static const char etc[] = "9 1 254:0 /etc /x ro - ext4 /dev/vda rw\n";
	static const struct {
		struct str orders;
		bool is_told;
	} rows[] = {
		{ STR("podman\0build\0-v\0/etc:/x:ro\0.\0"), false },
		{ STR("podman\0build\0--volume=/etc:/x\0.\0"), false },
		{ STR("buildah\0bud\0-v/etc:/x\0"), false },
		{ STR("podman\0build\0-v\0/srv:/x\0.\0"), true },
		{ STR("podman\0build\0-v\0/etc:/y\0.\0"), true },
		{ STR("podman\0build\0/etc\0/x\0:\0/\0"), true },
		{ STR_ABSENT, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		orders = rows[i].orders;
		assert_string_equal(led(bound, etc), rows[i].is_told ? "redirected /x" : "");
	}
	orders = STR_ABSENT;
}

static void test_what_the_host_mounts_below_a_volume(void **state)
{
	(void)state;
	assert_string_equal(LATER("99 72 8:1 / /shared/disk rw master:4 - ext4 /dev/sda1 rw\n"),
			    "");
	/* the container itself did, or it is no such volume */
	assert_string_equal(LATER("99 72 8:1 / /shared/disk rw - ext4 /dev/sda1 rw\n"),
			    "block-fs /shared/disk");
	assert_string_equal(LATER("99 72 8:1 / /shared/disk rw shared:9 - ext4 /dev/sda1 rw\n"),
			    "block-fs /shared/disk");
	assert_string_equal(
		LATER("99 72 8:1 / /shared/disk rw shared:9 master:4 - ext4 /dev/sda1 rw\n"), "");
	assert_string_equal(LATER("99 72 8:1 / /elsewhere rw master:4 - ext4 /dev/sda1 rw\n"),
			    "block-fs /elsewhere");
}

static void test_mask_taken_off(void **state)
{
	(void)state;
	assert_string_equal(judge(PLAIN, ROOT PROC DEV SYS CGROUP VOLUMES PROC_SYS ACPI, &docker),
			    "mask-lost /proc/keys");
	/* another proc upon the one that has the masks */
	assert_string_equal(LATER("99 73 0:99 / /proc rw - proc proc rw\n"),
			    "mask-lost /proc/acpi, mask-lost /proc/keys, read-only-lost /proc/sys, "
			    "kernel-fs /proc");
	/* no proc at all shows nothing */
	assert_string_equal(judge(PLAIN, ROOT DEV SYS CGROUP VOLUMES, &docker), "");
}

/* they come along, and are taken off there */
static void test_proc_that_was_moved_keeps_its_masks(void **state)
{
#define MOVED ROOT "73 72 0:42 / /mnt rw,nosuid - proc proc rw\n" DEV SYS CGROUP VOLUMES
#define MOVED_SYS(how) "52 73 0:42 /sys /mnt/sys " how ",nosuid - proc proc rw\n"
#define MOVED_KEYS "54 73 0:43 /null /mnt/keys rw,nosuid - tmpfs tmpfs rw,size=65536k\n"
#define MOVED_ACPI "53 73 0:49 / /mnt/acpi ro,relatime - tmpfs tmpfs ro\n"
	(void)state;
	assert_string_equal(judge(PLAIN, MOVED MOVED_SYS("ro") MOVED_KEYS MOVED_ACPI, &docker),
			    "kernel-fs /mnt");
	assert_string_equal(judge(PLAIN, MOVED MOVED_SYS("ro") MOVED_ACPI, &docker),
			    "mask-lost /mnt/keys, kernel-fs /mnt");
	assert_string_equal(judge(PLAIN, MOVED MOVED_KEYS MOVED_ACPI, &docker),
			    "read-only-lost /mnt/sys, kernel-fs /mnt");
	/* unmounted with all that lay upon it, and a new one that was given the number */
	assert_string_equal(judge(PLAIN, MOVED, &docker),
			    "mask-lost /mnt/acpi, mask-lost /mnt/keys, read-only-lost /mnt/sys, "
			    "kernel-fs /mnt");
}

/* the kernel gives the lowest that is free */
static void test_numbers_are_given_again(void **state)
{
	(void)state;
	/* of a mask that was taken off */
#define OTHER_ACPI(path) "53 72 0:49 / " path " rw,relatime - tmpfs x rw\n"
	assert_string_equal(
		judge(PLAIN, ROOT PROC DEV SYS CGROUP VOLUMES PROC_SYS KEYS OTHER_ACPI("/tmp/t"),
		      &docker),
		"mask-lost /proc/acpi");
	assert_string_equal(
		judge(PLAIN, ROOT PROC DEV SYS CGROUP VOLUMES PROC_SYS KEYS OTHER_ACPI("/proc/1"),
		      &docker),
		"mask-lost /proc/acpi, over-proc /proc/1");
	/* and of a sysfs, all of which have one device */
	assert_string_equal(judge(PLAIN,
				  ROOT PROC DEV VOLUMES PROC_SYS KEYS ACPI
				  "76 72 0:45 / /tmp/s ro,nosuid - sysfs sysfs ro\n",
				  &docker),
			    "kernel-fs /tmp/s");
}

static void test_mask_of_the_wrong_kind(void **state)
{
	(void)state;
	/* the null device of the image was a link (CVE-2025-31133) */
	assert_string_equal(
		judge(NULL,
		      PLAIN "99 73 0:42 /sys/kernel/core_pattern /proc/kcore rw - proc proc rw\n",
		      &docker),
		"mask-wrong /proc/kcore");
	assert_string_equal(judge(NULL,
				  ROOT PROC DEV SYS VOLUMES PROC_SYS
				  "53 73 0:49 / /proc/acpi rw - tmpfs tmpfs rw\n",
				  &docker),
			    "mask-wrong /proc/acpi");
	assert_string_equal(LATER("99 54 0:39 /tmp/f /proc/keys rw - overlay overlay rw\n"),
			    "mask-wrong /proc/keys");
}

static void test_read_only_path_that_can_be_written(void **state)
{
	(void)state;
	assert_string_equal(
		judge(PLAIN, ROOT PROC DEV SYS CGROUP VOLUMES PROC_SYS_OF("rw") KEYS ACPI, &docker),
		"read-only-lost /proc/sys");
	assert_string_equal(judge(PLAIN, ROOT PROC DEV SYS CGROUP VOLUMES KEYS ACPI, &docker),
			    "read-only-lost /proc/sys");
	assert_string_equal(judge(NULL, ROOT PROC DEV SYS CGROUP VOLUMES KEYS ACPI, &docker),
			    "read-only-lost /proc/sys");
	assert_string_equal(judge(ROOT "9 72 254:0 /v /v ro - ext4 /dev/vda rw\n",
				  ROOT "9 72 254:0 /v /v rw - ext4 /dev/vda rw\n", &docker),
			    "read-only-lost /v");
}

static void test_console_is_a_terminal(void **state)
{
	(void)state;
	assert_string_equal(
		judge(NULL, PLAIN "99 74 0:44 /0 /dev/console rw - devpts devpts rw\n", &docker),
		"");
	assert_string_equal(
		judge(NULL, PLAIN "99 74 0:42 /sysrq-trigger /dev/console rw - proc proc rw\n",
		      &docker),
		"console /dev/console");
}

static void test_something_over_proc(void **state)
{
	(void)state;
	assert_string_equal(LATER("99 73 0:98 / /proc/1 rw - tmpfs none rw\n"),
			    "over-proc /proc/1");
	assert_string_equal(LATER("99 73 0:39 /tmp/e /proc rw - overlay overlay rw\n"),
			    "over-proc /proc");
}

/* ids and order are others there */
static void test_copy_of_a_namespace_is_nothing_new(void **state)
{
	(void)state;
	assert_string_equal(
		judge(PLAIN,
		      "172 148 0:39 / / rw master:2 - overlay overlay rw\n"
		      "173 172 0:42 / /proc rw - proc proc rw\n"
		      "152 173 0:42 /sys /proc/sys ro - proc proc rw\n"
		      "154 173 0:43 /null /proc/keys rw - tmpfs tmpfs rw\n"
		      "153 173 0:49 / /proc/acpi ro - tmpfs tmpfs ro\n"
		      "195 172 254:0 /var/lib/docker/containers/x/hosts /etc/hosts rw - ext4 "
		      "/dev/vda rw\n",
		      &docker),
		"");
	/* moved, it keeps its number */
	assert_string_equal(judge(PLAIN "96 72 8:1 / /disk rw - ext4 /dev/sda1 rw\n",
				  PLAIN "96 72 8:1 / /moved rw - ext4 /dev/sda1 rw\n", &docker),
			    "");
}

static void test_a_thousand_mounts(void **state)
{
	char *now = malloc(400000);
	size_t len;

	(void)state;
	/* a tmpfs is nothing to hide behind */
	len = (size_t)sprintf(now, "%s", PLAIN);
	for (int i = 0; i < 1000; i++)
		len += (size_t)sprintf(now + len, "%d 72 1:%d / /t%d rw - tmpfs none rw\n",
				       1000 + i, i, i);
	sprintf(now + len, "99 72 0:99 / /x rw - cgroup none rw\n");
	assert_string_equal(judge(PLAIN, now, &docker), "kernel-fs /x");
	/* other mounts are, and that is told */
	len = (size_t)sprintf(now, "%s", PLAIN);
	for (int i = 0; i < 1000; i++)
		len += (size_t)sprintf(now + len, "%d 72 0:39 /d/%d /t%d rw - overlay none rw\n",
				       1000 + i, i, i);
	assert_string_equal(judge(PLAIN, now, &docker), "too-many /");
	free(now);
}

/* bytes of a recording: no end of a walk, nothing read beyond */
static void test_numbers_in_circles(void **state)
{
	(void)state;
	assert_string_equal(
		judge(ROOT PROC KEYS,
		      "1 2 0:39 / / rw - overlay o rw\n2 1 0:39 / / rw - overlay o rw\n", &docker),
		"");
	assert_string_equal(judge(ROOT, "", &docker), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_container_of_docker_is_as_configured),
		cmocka_unit_test(test_without_configuration_the_first_look_says_nothing),
		cmocka_unit_test(test_file_systems_of_the_kernel),
		cmocka_unit_test(test_proc_bound_to_another_place),
		cmocka_unit_test(test_its_own_directories_are_its_own),
		cmocka_unit_test(test_what_is_the_hosts),
		cmocka_unit_test(test_bind_that_the_configuration_has_not),
		cmocka_unit_test(test_source_that_a_link_led_astray),
		cmocka_unit_test(test_source_that_is_where_it_says),
		cmocka_unit_test(test_source_that_the_command_of_a_builder_names),
		cmocka_unit_test(test_what_the_host_mounts_below_a_volume),
		cmocka_unit_test(test_mask_taken_off),
		cmocka_unit_test(test_proc_that_was_moved_keeps_its_masks),
		cmocka_unit_test(test_numbers_are_given_again),
		cmocka_unit_test(test_mask_of_the_wrong_kind),
		cmocka_unit_test(test_read_only_path_that_can_be_written),
		cmocka_unit_test(test_console_is_a_terminal),
		cmocka_unit_test(test_something_over_proc),
		cmocka_unit_test(test_copy_of_a_namespace_is_nothing_new),
		cmocka_unit_test(test_a_thousand_mounts),
		cmocka_unit_test(test_numbers_in_circles),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
