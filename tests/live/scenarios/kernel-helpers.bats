#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Programs that the kernel starts by itself: who else may say which.

setup_file()
{
	load scenario
	hierarchy_make
	scenarios_begin
	container helpers --cap-add SYS_ADMIN
	in_container helpers 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c'
}

teardown_file()
{
	load scenario
	remove helpers
	scenarios_end
	hierarchy_remove
}

setup()
{
	load scenario
	scenario_begin
}

# bats test_tags=technique:KU1,rule:release-agent-write
@test "KU1: release_agent of a hierarchy that the host has" {
	in_container helpers 'cat /tmp/c/release_agent >/tmp/was; cat /tmp/was >/tmp/c/release_agent'
	expect_alert 6 "$ESCAPE" '.output_fields["container.name"] == "helpers"'
}

# bats test_tags=technique:KU1,twin
@test "KU1 twin: reading release_agent, and a file that only has the name" {
	in_container helpers 'cat /tmp/c/release_agent; echo x >/tmp/release_agent'
	quiet
}
