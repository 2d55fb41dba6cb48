/** What of a container's network docker-run(1) lets choose. */
export const NETWORK_FLAGS = {
  "add-host": {
    type: "list",
    value: "NAME:ADDRESS",
    help: "A line for /etc/hosts; host-gateway is this machine's address on the container's network",
  },
  dns: { type: "list", value: "ADDRESS", help: "Servers for names, in place of this machine's" },
  "dns-option": { type: "list", alias: "dns-opt", value: "OPTION", help: "Options of resolv.conf(5)" },
  "dns-search": { type: "list", value: "DOMAIN", help: "Domains that names are looked up in; . is none" },
  expose: { type: "list", value: "PORT[/PROTOCOL]", help: "A port that the container has, for -P" },
  ip: { type: "string", value: "ADDRESS", help: "The address on its network, whose subnet was chosen: 172.30.0.9" },
  ip6: { type: "string", value: "ADDRESS", help: "The IPv6 address on its network" },
  "mac-address": { type: "string", value: "MAC", help: "The hardware address: 02:42:ac:11:00:02" },
  net: {
    type: "list",
    alias: "network",
    value: "NETWORK",
    values: "network",
    help: "bridge (default of root), pasta or slirp4netns (of others), none, host, container:NAME, ns:PATH or networks by their names",
  },
  "network-alias": { type: "list", alias: "net-alias", value: "NAME", help: "Another name for others on its network" },
  publish: {
    type: "list",
    short: "p",
    value: "[IP:]PORT:PORT",
    help: "Have a port of this machine lead to one of the container: 8080:80, 127.0.0.1:53:53/udp, 8000-8010:8000-8010",
  },
  "publish-all": {
    type: "boolean",
    short: "P",
    help: "Publish each port that is exposed, at one that is free",
  },
} as const;
