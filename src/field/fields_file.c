/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fd.* and fs.path.*: the object of the event. Device and inode are the truth, names are for
 * display.
 */
#include "field/call_path.h"
#include "field/get_file.h"
#include "field/get_look.h"
#include "field/row.h"

#define NO_OBJECT "no object"
#define NO_INODE "no inode"
#define NO_PATH "call failed; no path"

static const struct field_def rows[] = {
	FIELD("fd.num", I, 0, get_number_of_fd, 0, "descriptor that the call made, -1 if it failed",
	      "SC", "makes no descriptor"),
	FIELD("fd.type", S, 0, get_fd_type, 0,
	      "file, directory, ipv4, ipv6, unix, pipe, event, signalfd, eventpoll, inotify, bpf, "
	      "io_uring, memfd or other",
	      "PA SA SC", NO_OBJECT),
	FIELD("fd.typechar", S, 0, get_fd_type, 1,
	      "fd.type as one letter: f d 4 6 u p e s l i b r m o", "PA SA SC", NO_OBJECT),
	FIELD("fd.name", S, GUARD, get_name, NAME_WHOLE,
	      "file: absolute path as named, links not resolved; socket: local->remote, ? for an "
	      "unknown end",
	      "PA CW PR SA", "no object; its directory not known"),
	FIELD("fd.directory", S, GUARD, get_name, NAME_DIRECTORY, "fd.name without its last part",
	      "PA CW PR", "no file; its directory not known"),
	FIELD("fd.filename", S, GUARD, get_name, NAME_FILE, "last part of fd.name", "PA CW PR",
	      "no file; its directory not known"),
	FIELD("fd.nameraw", S, 0, get_object_text, OBJECT_NAMERAW, "path as it was passed", "PA",
	      "no path was passed"),
	FIELD("fd.realpath", S, OURS | GUARD, get_object_text, OBJECT_REALPATH,
	      "path of the object itself, links and bind mounts resolved, below its usual mount "
	      "point",
	      "FA PR MI", "not known; object gone"),
	FIELD("fd.dev", U, GUARD, get_device, DEVICE_NUMBER,
	      "device that the object lies on, as the kernel's device number", "PA FA", NO_INODE),
	FIELD("fd.dev.major", U, GUARD, get_device, DEVICE_MAJOR, "major number of fd.dev", "PA FA",
	      NO_INODE),
	FIELD("fd.dev.minor", U, GUARD, get_device, DEVICE_MINOR, "minor number of fd.dev", "PA FA",
	      NO_INODE),
	FIELD("fd.ino", U, GUARD, get_inode, 0, "inode of the object", "PA FA", NO_INODE),
	FIELD("fd.rdev.major", U, OURS, get_rdev, 0,
	      "major number of the device that the node stands for", "PA", "no device"),
	FIELD("fd.rdev.minor", U, OURS, get_rdev, 1,
	      "minor number of the device that the node stands for", "PA", "no device"),
	FIELD("fd.filetype", S, OURS, get_filetype, 0,
	      "regular, directory, block, char, fifo, socket or link", "PA", NO_INODE),
	FIELD("fd.fstype", S, OURS, get_object_text, OBJECT_FSTYPE,
	      "file system that the object lies on", "MI", "not known"),
	FIELD("fd.kernel_knob", S, OURS | GUARD, get_object_text, OBJECT_KNOB,
	      "which kernel knob the object is, by device and inode, never by name", "PA FA PR MI",
	      "not a knob"),
	FIELD("fd.is_protected", B, ALWAYS | OURS | GUARD, get_is_protected, 0,
	      "a file that guard.protect names, opened while the guard watches it; false in what "
	      "audit tells",
	      "FA", ""),
	FIELD("fd.is_upper_layer", B, 0, get_object_layer, EXE_UPPER,
	      "lies in an overlay's upper layer", "MI", NO_OBJECT),
	FIELD("fd.is_lower_layer", B, 0, get_object_layer, EXE_LOWER,
	      "lies in an overlay's lower layer", "MI", NO_OBJECT),
	FIELD_SELECT("fd.types", S, FIELD_LIST, OPTIONAL, prepare_index, get_fd_types, 0,
		     "types of all open descriptors, or of descriptor [n]", "PR",
		     "process not known"),
	FIELD("fd.uid", S, 0, get_fd_uid, 0, "descriptor and thread id in one", "SC",
	      "makes no descriptor"),
	FIELD("fd.containername", S, 0, get_container_name, NAME_WHOLE, "container.id:fd.name",
	      "PA CW PR", NO_OBJECT),
	FIELD("fd.containerdirectory", S, 0, get_container_name, NAME_DIRECTORY,
	      "container.id:fd.directory", "PA CW PR", NO_OBJECT),
	FIELD("fs.path.is_on_root", B, OURS, get_is_on_root, 0,
	      "the file of a call with one lies on its container's root, not on a volume or a file "
	      "system of its own",
	      "PA PC", "on the host; device of the root not known; " NO_PATH),
	FIELD("fs.path.name", S, 0, get_call_path, CALL_ONLY,
	      "path of calls with one path, absolute as fd.name", "PA CW", NO_PATH),
	FIELD("fs.path.nameraw", S, 0, get_call_path_raw, CALL_ONLY,
	      "path of calls with one path, as passed", "PA", NO_PATH),
	FIELD("fs.path.source", S, 0, get_call_path, CALL_SOURCE,
	      "first path of calls with two, absolute as fd.name", "PA CW", NO_PATH),
	FIELD("fs.path.sourceraw", S, 0, get_call_path_raw, CALL_SOURCE,
	      "first path of calls with two, as passed", "PA", NO_PATH),
	FIELD("fs.path.target", S, 0, get_call_path, CALL_TARGET,
	      "second path of calls with two, absolute as fd.name", "PA CW", NO_PATH),
	FIELD("fs.path.targetraw", S, 0, get_call_path_raw, CALL_TARGET,
	      "second path of calls with two, as passed", "PA", NO_PATH),
};
const struct field_table fields_file = FIELD_TABLE(rows);
