// SPDX-License-Identifier: Apache-2.0
/* Command lines of runtimes as they are really started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "state/runtime.h"

static const struct {
	const char *exe, *line; /* words separated by one blank */
	enum runtime_role role;
	enum runtime_verb verb;
	const char *id, *bundle, *type;
} rows[] = {
	{ "/usr/sbin/runc",
	  "runc --root /run/docker/runtime-runc/moby --log /x/log.json --log-format json create "
	  "--bundle /b "
	  "--pid-file /b/init.pid --console-socket /tmp/s abc",
	  RUNTIME_OCI, VERB_CREATE, "abc", "/b", "docker" },
	{ "/usr/sbin/runc", "runc --root=/r run --bundle=/b -d abc", RUNTIME_OCI, VERB_RUN, "abc",
	  "/b", "runc" },
	{ "/usr/sbin/runc", "runc run -b /b abc", RUNTIME_OCI, VERB_RUN, "abc", "/b", "runc" },
	{ "/usr/sbin/runc", "runc run abc", RUNTIME_OCI, VERB_RUN, "abc", NULL, "runc" },
	{ "/usr/sbin/runc",
	  "runc exec -t -e A=b --user 1 --process /tmp/p --detach --pid-file /p abc /bin/sh",
	  RUNTIME_OCI, VERB_EXEC, "abc", NULL, "runc" },
	{ "/usr/sbin/runc", "runc --systemd-cgroup restore --image-path /i abc", RUNTIME_OCI,
	  VERB_RUN, "abc", NULL, "runc" },
	{ "/usr/sbin/runc", "runc init", RUNTIME_OCI, VERB_INIT, NULL, NULL, "runc" },
	{ "/usr/sbin/runc", "runc delete --force abc", RUNTIME_OCI, VERB_OTHER, "abc", NULL,
	  "runc" },
	{ "/usr/sbin/runc", "runc kill abc 9", RUNTIME_OCI, VERB_OTHER, "abc", NULL, "runc" },
	{ "/usr/sbin/runc", "runc --version", RUNTIME_OCI, VERB_NONE, NULL, NULL, "runc" },
	{ "/usr/sbin/runc", "runc", RUNTIME_OCI, VERB_NONE, NULL, NULL, "runc" },
	{ "/usr/sbin/runc", "runc --root", RUNTIME_OCI, VERB_NONE, NULL, NULL, "runc" },
	{ "/usr/sbin/runc (deleted)", "runc run abc", RUNTIME_OCI, VERB_RUN, "abc", NULL, "runc" },
	{ "/usr/bin/crun",
	  "/usr/bin/crun --systemd-cgroup --root=/run/crun create --bundle /b/userdata --pid-file "
	  "/p abc",
	  RUNTIME_OCI, VERB_CREATE, "abc", "/b/userdata", "crun" },
	{ "/usr/bin/containerd-shim-runc-v2",
	  "/usr/bin/containerd-shim-runc-v2 -namespace moby -address /a.sock -publish-binary /c "
	  "-id abc start",
	  RUNTIME_SHIM, VERB_NONE, "abc", NULL, "docker" },
	{ "/usr/bin/containerd-shim-runc-v2", "shim -namespace k8s.io -id abc -bundle /b delete",
	  RUNTIME_SHIM, VERB_NONE, "abc", "/b", "containerd" },
	{ "/usr/bin/conmon",
	  "conmon --api-version 1 -c abc -u abc -r /usr/bin/crun -b /b -p /p -n web", RUNTIME_SHIM,
	  VERB_NONE, "abc", "/b", NULL },
	{ "/usr/local/bin/runsc",
	  "runsc --root=/run/runsc --log-format=json create --bundle /b --pid-file /p abc",
	  RUNTIME_OCI, VERB_CREATE, "abc", "/b", "runsc" },
	{ "/usr/local/bin/runsc", "runsc-sandbox --root=/run/runsc boot --bundle=/b abc",
	  RUNTIME_OCI, VERB_NONE, NULL, NULL, "runsc" },
	{ "/opt/bin/youki", "youki --root /r create -b /b abc", RUNTIME_OCI, VERB_CREATE, "abc",
	  "/b", "youki" },
	{ "/usr/bin/containerd-shim-kata-v2",
	  "containerd-shim-kata-v2 -namespace k8s.io -address /a -id abc", RUNTIME_SHIM, VERB_NONE,
	  "abc", NULL, "containerd" },
	{ "/usr/bin/lxc-start", "lxc-start -d -n web -f /c", RUNTIME_OCI, VERB_RUN, "web", NULL,
	  "lxc" },
	{ "/usr/bin/lxc-start", "lxc-start -F --name=web", RUNTIME_OCI, VERB_RUN, "web", NULL,
	  "lxc" },
	{ "/usr/bin/lxc-start", "lxc-start -P /var/lib/lxc web", RUNTIME_OCI, VERB_RUN, "web", NULL,
	  "lxc" },
	{ "/usr/bin/lxc-execute", "lxc-execute -nweb -- /bin/sh -n x", RUNTIME_OCI, VERB_RUN, "web",
	  NULL, "lxc" },
	{ "/usr/bin/lxc-attach", "lxc-attach -n web -- id", RUNTIME_OCI, VERB_EXEC, "web", NULL,
	  "lxc" },
	{ "/usr/bin/lxc-start", "lxc-start", RUNTIME_OCI, VERB_RUN, NULL, NULL, "lxc" },
	{ "/usr/bin/systemd-nspawn", "systemd-nspawn --quiet -D /srv/web -M box /bin/sh -M no",
	  RUNTIME_OCI, VERB_RUN, "box", NULL, "nspawn" },
	{ "/usr/bin/systemd-nspawn", "systemd-nspawn --machine=box --image=/i/web.raw", RUNTIME_OCI,
	  VERB_RUN, "box", NULL, "nspawn" },
	{ "/usr/bin/systemd-nspawn", "systemd-nspawn -u joe -i /i/web.raw -b", RUNTIME_OCI,
	  VERB_RUN, "web", NULL, "nspawn" },
	{ "/usr/bin/systemd-nspawn", "systemd-nspawn -D /srv/web -- sh", RUNTIME_OCI, VERB_RUN,
	  "web", NULL, "nspawn" },
	{ "/usr/bin/systemd-nspawn", "systemd-nspawn -D", RUNTIME_OCI, VERB_RUN, NULL, NULL,
	  "nspawn" },
	{ "/opt/incus/bin/incusd", "incusd forkstart shop_web /v/containers /run/web/lxc.conf",
	  RUNTIME_OCI, VERB_RUN, "shop_web", NULL, "lxc" },
	{ "/opt/incus/bin/incusd", "incusd forkexec web /v /c", RUNTIME_OCI, VERB_EXEC, "web", NULL,
	  "lxc" },
	{ "/opt/incus/bin/incusd", "incusd --group incus-admin", RUNTIME_ENGINE, VERB_NONE, NULL,
	  NULL, NULL },
	{ "/usr/bin/dockerd", "dockerd -H fd://", RUNTIME_ENGINE, VERB_NONE, NULL, NULL, NULL },
	{ "/usr/bin/docker", "docker run runc create abc", RUNTIME_NONE, VERB_NONE, NULL, NULL,
	  NULL },
	{ "/usr/bin/nvidia-container-runtime-hook", "hook prestart", RUNTIME_NONE, VERB_NONE, NULL,
	  NULL, NULL },
	{ "", "", RUNTIME_NONE, VERB_NONE, NULL, NULL, NULL },
};

static void test_runtime_command_lines_give_verb_id_and_bundle(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str argv[RUNTIME_ARGS_MAX], rest = str_of(rows[i].line);
		struct runtime_call call;
		size_t argc = 0;

		while (str_cut(&rest, ' ', &argv[argc]))
			argc++;
		assert_int_equal(runtime_parse(str_of(rows[i].exe), argv, argc, &call),
				 rows[i].role != RUNTIME_NONE);
		assert_int_equal(call.role, rows[i].role);
		assert_int_equal(call.verb, rows[i].verb);
		assert_true(str_eq(call.id, str_of(rows[i].id)));
		assert_true(str_eq(call.bundle, str_of(rows[i].bundle)));
		assert_true(str_eq(call.type, str_of(rows[i].type)));
	}
}

static void test_runtime_shim_of_a_pod_serves_several(void **state)
{
	struct str moby[] = { STR("shim"), STR("-namespace"), STR("moby"), STR("-id"), STR("a") };
	struct str pod[] = { STR("shim"), STR("-namespace"), STR("k8s.io"), STR("-id"), STR("a") };
	struct runtime_call call;

	(void)state;
	assert_true(runtime_parse(STR("/bin/containerd-shim"), moby, 5, &call));
	assert_true(call.serves_one);
	assert_true(runtime_parse(STR("/bin/containerd-shim"), pod, 5, &call));
	assert_false(call.serves_one);
}

static void test_runtime_absent_and_endless_arguments_are_survived(void **state)
{
	struct str argv[200];
	struct runtime_call call;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		argv[i] = i % 3 ? STR("-x") : STR_ABSENT;
	assert_true(runtime_parse(STR("/bin/runc"), argv, 200, &call));
	assert_true(runtime_parse(STR("/bin/runc"), argv, 0, &call));
	assert_true(runtime_parse(STR("/bin/conmon"), argv, 200, &call));
	assert_true(runtime_parse(STR("/bin/systemd-nspawn"), argv, 200, &call));
	assert_true(runtime_parse(STR("/bin/lxc-start"), argv, 0, &call));
	assert_true(runtime_parse(STR("/bin/incusd"), argv, 200, &call));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runtime_command_lines_give_verb_id_and_bundle),
		cmocka_unit_test(test_runtime_shim_of_a_pod_serves_several),
		cmocka_unit_test(test_runtime_absent_and_endless_arguments_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
