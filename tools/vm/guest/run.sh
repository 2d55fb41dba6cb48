# Goes on as process 1 where init.sh ends: runs the command and tells the host how it ended.
# The virtio ports stdout and stderr carry what the command writes; the last line of the port "control" is its exit status and how
# many bytes went into the other two, since ports do not end and do not keep the order between them.
set -e
trap 'reboot -f' EXIT
cd /run/vm
. ./job.sh

for port in /sys/class/virtio-ports/*; do
  mkdir -p ports
  read -r name <"$port/name"
  ln -s "/dev/${port##*/}" "ports/$name"
done

for stream in stdout stderr; do
  mkfifo "$stream" "$stream.copy"
  wc -c <"$stream.copy" >"$stream.bytes" &
  tee "ports/$stream" <"$stream" >"$stream.copy" &
  eval "$stream=$!"
done

status=0
(cd "$directory" && job) </dev/null >stdout 2>stderr || status=$?

# A process that the command left behind may keep a stream open: after a while it is as good as ended.
patience=150
while { kill -0 "$stdout" || kill -0 "$stderr"; } 2>/dev/null; do
  [ "$((patience -= 1))" -gt 0 ] || kill "$stdout" "$stderr" 2>/dev/null || true
  usleep 20000
done
wait
echo "$status $(cat stdout.bytes) $(cat stderr.bytes)" >ports/control
sleep 60 # the host ends the guest
