#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Connections to the network, with the rules switched on that are off by default. Nothing leaves the machine: the address of a cloud's
# metadata is one more of the loopback device in a container's own network, and the host has nobody on the ports that are tried.

setup_file()
{
	load scenario
	scenarios_begin --enable tag:connections
	container node --network host
	container cloud --network none --cap-add NET_ADMIN
	in_container cloud "busybox ip addr add $SERVICE/32 dev lo"
	"${DOCKER[@]}" exec -d cloud busybox nc -ll -p 80 -e true
}

teardown_file()
{
	load scenario
	remove node cloud
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
}

SERVICE=169.254.169.254
CONTROL='Container Contacts a Control Port'
METADATA='Contact cloud metadata service from container'
API='Contact K8S API Server From Container'
URING='Container Connects Through io_uring'

# dial NAME WAY ADDRESS PORT: by a program of a name of its own, for equal connections of one are told once
dial()
{
	in_container "$1" "cp /bin/dialer /tmp/dialer-$BATS_TEST_NUMBER-$2; /tmp/dialer-$BATS_TEST_NUMBER-$2 $2 $3 $4"
}

contacted() # contacted TITLE NAME EVENT CONNECTION WORD: WORD is in the command
{
	expect_alert 6 "$1" ".output_fields | .[\"container.name\"] == \"$2\" and .[\"evt.type\"] == \"$3\" and .[\"fd.name\"] == \"?->$4\"
		and (.[\"proc.cmdline\"] | contains(\"$5\"))"
}

# bats test_tags=technique:OR3,rule:control-port-contacted
@test "OR3: a container in the host's network connects to ports of docker, a kubelet and etcd; nobody is there, and it is told" {
	local port
	for port in 2375 2376 2379 2380 10250 10255; do
		in_container node "dialer plain 127.0.0.1 $port"
		contacted "$CONTROL" node connect "127.0.0.1:$port" "plain"
	done
	[ "$(count_alerts "$CONTROL" '.output_fields["evt.res"] == "ECONNREFUSED"')" -eq 6 ]
}

# bats test_tags=technique:OR3,rule:control-port-contacted,disguise:no-address,disguise:mapped,disguise:nonblocking,disguise:long-address
@test "OR3: at no address, which is the loopback's, by IPv6, without waiting, with an address of 128 bytes" {
	dial node plain 0.0.0.0 2375
	contacted "$CONTROL" node connect 0.0.0.0:2375 plain
	dial node plain :: 2379
	contacted "$CONTROL" node connect :::2379 plain
	dial node mapped 127.0.0.1 2375
	contacted "$CONTROL" node connect 127.0.0.1:2375 mapped
	dial node nonblock 127.0.0.1 2375
	contacted "$CONTROL" node connect 127.0.0.1:2375 nonblock
	has_alert "$CONTROL" '.output_fields["evt.res"] == "EINPROGRESS"'
	dial node long 127.0.0.1 2375
	contacted "$CONTROL" node connect 127.0.0.1:2375 long
}

# bats test_tags=technique:OR3,rule:control-port-contacted,disguise:fastopen
@test "OR3: by data that connects: sendto, sendmsg and sendmmsg with MSG_FASTOPEN" {
	local call
	for call in sendto sendmsg sendmmsg; do
		dial node $call 127.0.0.1 2375
		contacted "$CONTROL" node $call 127.0.0.1:2375 $call
	done
}

# bats test_tags=technique:OR3,technique:OR13,disguise:int80,disguise:socketcall,needs:int80
@test "OR3, OR13: by calls of the 32-bit table, alone and all in one" {
	need int80
	dial node int80 127.0.0.1 2375
	contacted "$CONTROL" node connect 127.0.0.1:2375 int80
	dial node socketcall 127.0.0.1 2375
	contacted "$CONTROL" node connect 127.0.0.1:2375 socketcall
	dial cloud socketcall-sendto $SERVICE 80
	contacted "$METADATA" cloud sendto $SERVICE:80 socketcall-sendto
}

# bats test_tags=technique:OR3,technique:OR13,rule:io-uring-connection,disguise:io-uring,needs:io-uring
@test "OR3, OR13: through io_uring: at once with the address, by a worker of the kernel's without" {
	need io-uring
	dial node iouring 127.0.0.1 2375
	contacted "$CONTROL" node connect 127.0.0.1:2375 iouring
	expect_alert 6 "$URING" '.output_fields | .["container.name"] == "node" and .["fd.name"] == "?->127.0.0.1:2375"'
	dial cloud iouring-async $SERVICE 80
	expect_alert 6 "$URING" '.output_fields | .["container.name"] == "cloud" and .["fd.name"] == null'
}

# bats test_tags=technique:OR3,technique:OR13,disguise:io-uring-send,missed,needs:io-uring
@test "OR3, OR13: by data that connects through io_uring, of which audit makes no record: only the ring is told" {
	need io-uring
	dial cloud iouring-send $SERVICE 80
	barrier
	[ "$(alerts 'select(.tags | index("connections")) | .rule')" = "" ]
	has_alert 'io_uring Used in Container' '.output_fields["container.name"] == "cloud"'
}

# bats test_tags=technique:OR3,technique:OR13,disguise:double-fork,disguise:name-of-a-runtime
@test "OR3, OR13: by an orphan that has a runtime's name" {
	orphaned node /bin/dialer plain 127.0.0.1 2376
	expect_alert 6 "$CONTROL" '.output_fields["container.name"] == "node"'
	orphaned cloud /bin/dialer plain $SERVICE 80
	expect_alert 6 "$METADATA" '.output_fields["container.name"] == "cloud"'
}

# bats test_tags=technique:OR13,rule:cloud-metadata-contacted
@test "OR13: a container asks the metadata service of a cloud" {
	dial cloud plain $SERVICE 80
	contacted "$METADATA" cloud connect $SERVICE:80 plain
	has_alert "$METADATA" '.output_fields["evt.res"] == "SUCCESS"'
}

# bats test_tags=technique:OR13,rule:cloud-metadata-contacted,disguise:mapped,disguise:nonblocking,disguise:fastopen,disguise:other-cloud
@test "OR13: by IPv6, without waiting, by the first data; the service of another cloud" {
	dial cloud mapped $SERVICE 80
	contacted "$METADATA" cloud connect $SERVICE:80 mapped
	dial cloud nonblock $SERVICE 80
	contacted "$METADATA" cloud connect $SERVICE:80 nonblock
	dial cloud sendto $SERVICE 80
	contacted "$METADATA" cloud sendto $SERVICE:80 sendto
	dial cloud plain fd00:ec2::254 80
	contacted "$METADATA" cloud connect fd00:ec2::254:80 plain
}

# of a pod's container only its annotations are needed, which a kubelet gives it
pod() # pod NAME NAMESPACE
{
	local bundle=$BATS_TEST_TMPDIR/$1
	bundle_make "$bundle" CAP_KILL /bin/sleep 300
	jq --arg ns "$2" '.annotations = {"io.kubernetes.cri.sandbox-name": "shop", "io.kubernetes.cri.sandbox-namespace": $ns,
		"io.kubernetes.cri.container-type": "container"}' "$bundle/config.json" >"$bundle/new"
	mv "$bundle/new" "$bundle/config.json"
	runc --root "$LAB/runc" run -d --bundle "$bundle" "$1" >/dev/null 2>&1 </dev/null 3>&-
	runc --root "$LAB/runc" exec "$1" /bin/dialer plain 10.96.0.1 443
	runc --root "$LAB/runc" delete -f "$1"
}

# bats test_tags=technique:OR13,rule:k8s-api-contacted
@test "OR13: a container of a pod contacts the API server of its cluster, but for what the cluster itself runs" {
	pod shopping shop
	expect_alert 6 "$API" '.output_fields | .["k8s.ns.name"] == "shop" and .["fd.name"] == "?->10.96.0.1:443"'
	pod proxying kube-system
	barrier
	[ "$(count_alerts "$API")" -eq 1 ]
}

# whose it is shows in its path alone, and the pod that it is for reads the same inode all the time
# bats test_tags=technique:OR13,disguise:token-of-another-pod,missed
@test "OR13: the token of another pod, read through a volume above it, is not told; the volume is, when the container starts" {
	local made=/var/lib/kubelet/pods/wclab tokens=volumes/kubernetes.io~projected/kube-api-access-x
	mkdir -p "$made/$tokens"
	echo inert >"$made/$tokens/token"
	container thief -v /var/lib/kubelet:/k
	in_container thief "cat /k/pods/wclab/$tokens/token"
	remove thief
	rm -r "$made"
	rmdir --ignore-fail-on-non-empty -p /var/lib/kubelet/pods || true
	barrier
	[ "$(count_alerts 'Container Reads a Secret of the Host')" -eq 0 ]
	has_alert 'Launch Sensitive Mount Container' '.output_fields["container.name"] == "thief"'
}

# bats test_tags=technique:OR3,technique:OR13,twin
@test "OR3, OR13 twin: other ports and addresses, names resolved at the same address, a container's own etcd, sockets of a name, and the host itself" {
	in_container cloud "dialer plain 127.0.0.1 8080; dialer plain $SERVICE 53; dialer udp $SERVICE 53; dialer udp $SERVICE 0
		dialer plain 127.0.0.1 2379; dialer mapped 127.0.0.1 2380; dialer plain 0.0.0.0 2379; dialer plain ::1 2379
		dialer plain 169.254.169.1 80; dialer plain 10.96.0.1 443; caller connect /run/none; caller connect @none"
	in_container node 'dialer plain 127.0.0.1 8080'
	cp "$LAB/rootfs/bin/dialer" "$BATS_TEST_TMPDIR"
	"$BATS_TEST_TMPDIR/dialer" plain 127.0.0.1 2375
	"$BATS_TEST_TMPDIR/dialer" plain 127.0.0.1 10250
	barrier
	[ "$(alerts 'select(.tags | index("connections")) | .output')" = "" ]
	quiet
}
