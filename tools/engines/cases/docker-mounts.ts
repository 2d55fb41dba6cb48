import type { Case } from "../case.ts";
import { MOUNT_TABLE } from "./mount-table.ts";

/** What file systems a container has. */
export const mounts: readonly Case[] = [
  {
    name: "every mount",
    script: `run --rm $I ${MOUNT_TABLE}`,
    shows: "/sys/fs/cgroup",
    short: true,
  },
  {
    name: "every mount, -t, --read-only, --tmpfs, -v",
    script: `run --rm -t --read-only --tmpfs /run:size=1m -v $D:/data:ro -v /anonymous $I ${MOUNT_TABLE}`,
    shows: "/data ro",
  },
  {
    name: "--read-only",
    script:
      'run --rm --read-only --tmpfs /tmp $I sh -c \'touch /x; touch /tmp/x && echo tmp; grep " / " /proc/mounts | cut -d" " -f4 | cut -d, -f1\'',
    shows: "tmp\nro",
    short: true,
  },
  {
    name: "--tmpfs with options",
    script: "run --rm --tmpfs /t:size=1m,mode=700,uid=5,noexec $I sh -c 'grep \" /t \" /proc/mounts; stat -c %u:%a /t'",
    shows: "5:700",
  },
  { name: "--tmpfs over what is there", script: "run --rm --tmpfs /etc $I ls -A /etc", shows: "" },
  {
    name: "-v",
    script: "echo one >$D/file; run --rm -v $D:/data $I sh -c 'cat /data/file; echo two >/data/made'; cat $D/made",
    shows: "one\ntwo",
    short: true,
  },
  {
    name: "-v ro",
    script:
      "echo one >$D/file; run --rm -v $D:/data:ro $I sh -c 'cat /data/file; echo two >/data/made'; echo status $?",
    shows: "status 1",
  },
  {
    name: "-v of a file",
    script: "echo one >$D/file; run --rm -v $D/file:/etc/new/deep/file $I cat /etc/new/deep/file",
    shows: "one",
  },
  {
    name: "-v into a symlink of the image",
    script: "run --rm -v $D:/bin/../../../data/x $I sh -c 'ls -d /data/x'; ls $D",
    shows: "/data/x",
  },
  {
    name: "-v with a mount below",
    script:
      "mkdir $D/sub; mount -t tmpfs tmpfs $D/sub; touch $D/sub/below; run --rm -v $D:/data $I ls /data/sub; run --rm -v $D:/data:ro $I sh -c 'grep /data /proc/mounts | cut -c 1-20; ls /data/sub; touch /data/sub/x && echo written'; run --rm --mount type=bind,src=$D,dst=/data,bind-nonrecursive=true $I ls /data/sub; umount $D/sub",
    shows: "below",
  },
  ...["rprivate", "private", "rslave", "slave", "rshared", "shared"].map((mode) => ({
    name: `-v ${mode}`,
    script: `mount --bind $D $D; mount --make-shared $D; mkdir $D/late; run -d -v $D:/data:${mode} $I sleep 1000 >/dev/null; docker exec $C grep ' /data ' /proc/self/mountinfo | cut -d' ' -f 5-8; mount -t tmpfs tmpfs $D/late; docker exec $C grep -c ' /data/late ' /proc/self/mountinfo; umount $D/late; docker rm -f $C >/dev/null; umount $D`,
    shows: "/data",
  })),
  {
    name: "--volumes-from",
    script:
      "docker run -d --runtime $NAME --network none --name first -v /shared $I sh -c 'echo x >/shared/file; sleep 1000' >/dev/null; until_ docker exec first test -e /shared/file; run --rm --volumes-from first $I cat /shared/file",
    shows: "x",
  },
  {
    name: "a volume takes what the image has",
    script: "run --rm -v vol:/etc $I ls /etc; docker volume rm vol",
    shows: "passwd",
  },
];
