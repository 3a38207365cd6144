# SPDX-License-Identifier: Apache-2.0
#
# What some tests ask of the machine. A test that carries the tag needs:NAME begins with `need NAME`; docs/coverage.md
# quotes the line above the probe. A probe is true where the test can run.

need()
{
	"probe_$1" || skip "$(sed -n "s/^# needs $1: //p" "${BASH_SOURCE[0]}")"
}

# needs int80: the 32-bit calls of x86
probe_int80()
{
	"$LAB/rootfs/bin/caller" int80 keyctl 2>/dev/null | grep -q '^keyctl: done'
}
