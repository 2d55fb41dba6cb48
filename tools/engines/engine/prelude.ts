/** Shell functions for the cases of every engine. Each defines `inspect` and `pid` for the container. */
export const prelude = `
# until_ COMMAND…: tries it for 20 s and more
until_() { n=0; until "$@" >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 200 ] || { echo "never: $*"; return 1; }; sleep 0.1; done; }
# pty COMMAND: with a terminal, whose input is stdin
pty() { script --quiet --return --command "$1" /dev/null; }
# group V1CONTROLLER: the directory of the container's group for it, on v1 or v2
group() {
  line=$(grep -E "^[0-9]+:([^:]*,)?$1(,[^:]*)?:" /proc/$(pid)/cgroup)
  if [ -n "$line" ]; then echo /sys/fs/cgroup/$1$(echo "$line" | cut -d: -f3); else echo /sys/fs/cgroup$(sed -n 's/^0:://p' /proc/$(pid)/cgroup); fi
}
# limit CONTROLLER V1FILE V2FILE: what the container's group has
limit() { cat $(group $1)/$2 2>/dev/null || cat $(group $1)/$3; }
`;
