import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { csvRecord } from "../../src/engine/options/csv-record.ts";
import { parseMount } from "../../src/engine/options/parse-mount.ts";
import { parseVolumeOption } from "../../src/engine/options/parse-volume-option.ts";
import type { UserError } from "../../src/user-error.ts";

function refusal(flag: string, value: string, reason: string): UserError {
  const message = `invalid argument ${JSON.stringify(value)} for "${flag}" flag: ${reason}`;
  return expect.objectContaining({ name: "UserError", message }) as UserError;
}

describe("csvRecord()", () => {
  test.for<[string, string[]]>([
    ["a", ["a"]],
    ["a,b,", ["a", "b", ""]],
    [",", ["", ""]],
    ['"a,b",c', ["a,b", "c"]],
    ['"a""b"', ['a"b']],
    ['""', [""]],
    ['a,"",b', ["a", "", "b"]],
    [" a , b", [" a ", " b"]],
  ])("splits %j", ([text, fields]) => {
    expect(csvRecord(text)).toEqual(fields);
  });

  test.for([
    ["", "EOF"],
    ['a"b', 'parse error on line 1, column 2: bare " in non-quoted-field'],
    ['a,b"', 'parse error on line 1, column 4: bare " in non-quoted-field'],
    ['"a', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'],
    ['"a"b', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'],
    ['"a"",b', 'parse error on line 1, column 7: extraneous or missing " in quoted-field'],
    ['x,"a"b', 'parse error on line 1, column 5: extraneous or missing " in quoted-field'],
  ])("refuses %j: %s", ([text, message]) => {
    expect(() => csvRecord(text!)).toThrow(expect.objectContaining({ name: "UserError", message }) as UserError);
  });
});

describe("parseMount()", () => {
  const bind = {
    type: "bind",
    source: "/srv",
    destination: "/data",
    readonly: false,
    propagation: "rprivate",
    recursive: "enabled",
    create: false,
  };
  const volume = {
    type: "volume",
    source: "v",
    destination: "/data",
    readonly: false,
    nocopy: false,
    subpath: undefined,
    labels: {},
    driver: undefined,
    options: {},
  };
  const tmpfs = { type: "tmpfs", destination: "/data", readonly: false, size: undefined, mode: undefined };

  test.for<[string, object]>([
    ["type=bind,source=/srv,target=/data", bind],
    ["type=BIND,Src=/srv,dst=/data", bind],
    ["type=bind,src=/srv/../srv/,destination=//data/", bind],
    ["type=bind,src=./x,dst=/data", { ...bind, source: join(process.cwd(), "x") }],
    ["type=bind,src=/srv,dst=/data,ro", { ...bind, readonly: true }],
    ["type=bind,src=/srv,dst=/data,readonly=1", { ...bind, readonly: true }],
    ["type=bind,src=/srv,dst=/data,ro=false", bind],
    ["type=bind,src=/srv,dst=/data,bind-propagation=rslave", { ...bind, propagation: "rslave" }],
    ["type=bind,src=/srv,dst=/data,bind-nonrecursive", { ...bind, recursive: "disabled" }],
    ["type=bind,src=/srv,dst=/data,bind-recursive=disabled", { ...bind, recursive: "disabled" }],
    ["type=bind,src=/srv,dst=/data,ro,bind-recursive=writable", { ...bind, readonly: true, recursive: "writable" }],
    [
      "type=bind,src=/srv,dst=/data,ro,bind-recursive=readonly,bind-propagation=rprivate",
      { ...bind, readonly: true, recursive: "readonly" },
    ],
    ["type=bind,src=/srv,dst=/data,consistency=cached", bind],
    ["type=volume,src=v,dst=/data", volume],
    ["src=v,dst=/data", volume],
    ["dst=/data", { ...volume, source: undefined }],
    ["src=v,dst=/data,volume-nocopy", { ...volume, nocopy: true }],
    ["src=v,dst=/data,volume-nocopy=false,ro", { ...volume, readonly: true }],
    ["src=v,dst=/data,volume-subpath=a/b", { ...volume, subpath: "a/b" }],
    [
      'src=v,dst=/data,volume-label=a=1,volume-label=b,volume-driver=local,volume-opt=type=tmpfs,"volume-opt=o=size=1m,uid=9"',
      { ...volume, labels: { a: "1", b: "" }, driver: "local", options: { type: "tmpfs", o: "size=1m,uid=9" } },
    ],
    ["type=tmpfs,dst=/data", tmpfs],
    ["type=tmpfs,dst=/data,tmpfs-size=1m,tmpfs-mode=1770", { ...tmpfs, size: 1_048_576, mode: 0o1770 }],
    ["type=tmpfs,dst=/data,tmpfs-size=0,ro", { ...tmpfs, readonly: true }],
    ["type=image,src=debian,dst=/data", { type: "image", source: "debian", destination: "/data", subpath: undefined }],
    [
      "type=image,src=debian,dst=/data,image-subpath=etc",
      { type: "image", source: "debian", destination: "/data", subpath: "etc" },
    ],
  ])("reads %j", ([text, mount]) => {
    expect(parseMount(text)).toEqual(mount);
  });

  test.for([
    ["", "EOF"],
    ["x", "invalid field 'x' must be a key=value pair"],
    ["a=b", "unexpected key 'a' in 'a=b'"],
    ["type=bind", "target is required"],
    ["type=,dst=/a", "type is required"],
    ["dst=/a,ro=maybe", "invalid value for ro: maybe"],
    ["dst=/a,volume-nocopy=x", "invalid value for volume-nocopy: x"],
    ["type=tmpfs,dst=/a,tmpfs-size=x", "invalid value for tmpfs-size: x"],
    ["type=tmpfs,dst=/a,tmpfs-mode=9", "invalid value for tmpfs-mode: 9"],
    ["type=bind,src=/,dst=/a,volume-nocopy", "cannot mix 'volume-*' options with mount type 'bind'"],
    ["type=volume,dst=/a,bind-propagation=shared", "cannot mix 'bind-*' options with mount type 'volume'"],
    ["type=volume,dst=/a,tmpfs-size=1", "cannot mix 'tmpfs-*' options with mount type 'volume'"],
    ["type=volume,dst=/a,image-subpath=x", "cannot mix 'image-*' options with mount type 'volume'"],
    [
      "type=bind,src=/,dst=/a,bind-recursive=x",
      'invalid value for bind-recursive: x (must be "enabled", "disabled", "writable", or "readonly")',
    ],
    [
      "type=bind,src=/,dst=/a,bind-recursive=writable",
      "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction",
    ],
    [
      "type=bind,src=/,dst=/a,bind-recursive=readonly",
      "option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction",
    ],
    [
      "type=bind,src=/,dst=/a,ro,bind-recursive=readonly",
      "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction",
    ],
    ["type=npipe,dst=/a", 'invalid mount config for type "npipe": mount type unknown'],
    [
      "type=bind,src=/a,dst=/..",
      `invalid mount config for type "bind": invalid specification: destination can't be '/'`,
    ],
    ["dst=a", `invalid mount config for type "volume": invalid mount path: 'a' mount path must be absolute`],
    ["type=bind,dst=/a", 'invalid mount config for type "bind": field Source must not be empty'],
    [
      "type=bind,src=a,dst=/a",
      `invalid mount config for type "bind": invalid mount path: 'a' mount path must be absolute`,
    ],
    ["type=bind,src=/a,dst=/a,bind-propagation=x", 'invalid mount config for type "bind": invalid propagation mode: x'],
    ["type=tmpfs,src=a,dst=/a", 'invalid mount config for type "tmpfs": field Source must not be specified'],
    ["type=image,dst=/a", 'invalid mount config for type "image": field Source must not be empty'],
    ["dst=/a,ro", 'invalid mount config for type "volume": must not set ReadOnly mode when using anonymous volumes'],
    [
      "dst=/a,volume-subpath=x",
      'invalid mount config for type "volume": must not set Subpath when using anonymous volumes',
    ],
    [
      "src=v,dst=/a,volume-subpath=a/../../b",
      'invalid mount config for type "volume": subpath must be a relative path within the volume',
    ],
    [
      "src=v,dst=/a,volume-subpath=/b",
      'invalid mount config for type "volume": subpath must be a relative path within the volume',
    ],
    [
      "src=a/b,dst=/a",
      '"a/b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
    ],
    ['type=b"ind', 'parse error on line 1, column 7: bare " in non-quoted-field'],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => parseMount(text!)).toThrow(refusal("--mount", text!, reason!));
  });
});

describe("parseVolumeOption()", () => {
  const volume = {
    type: "volume",
    source: "data",
    destination: "/data",
    readonly: false,
    nocopy: false,
    subpath: undefined,
    labels: {},
    driver: undefined,
    options: {},
  };
  const bind = {
    type: "bind",
    source: "/srv",
    destination: "/data",
    readonly: false,
    propagation: "rprivate",
    recursive: "enabled",
    create: true,
  };

  test.for<[string, object]>([
    ["/data", { ...volume, source: undefined }],
    ["data:/data", volume],
    ["data:/data/", volume],
    ["data:/data:ro", { ...volume, readonly: true }],
    ["data:/data:rw,nocopy", { ...volume, nocopy: true }],
    ["data:/data:z", volume],
    ["/srv:/data", bind],
    ["/srv:/data:ro,rslave", { ...bind, readonly: true, propagation: "rslave" }],
    ["/srv:/data:Z,cached", bind],
    ["./srv:/data", { ...bind, source: join(process.cwd(), "srv") }],
    [".:/data", { ...bind, source: process.cwd() }],
  ])("reads %j", ([text, mount]) => {
    expect(parseVolumeOption(text)).toEqual(mount);
  });

  test.for([
    ["", "invalid volume specification: ''"],
    [":", "invalid volume specification: ':'"],
    [":/a", "invalid volume specification: ':/a'"],
    ["a:", "invalid volume specification: 'a:'"],
    ["/a:ro", "invalid volume specification: '/a:ro'"],
    ["a:/b:ro:x", "invalid volume specification: 'a:/b:ro:x'"],
    ["a:/b:x", "invalid mode: x"],
    ["a:/b:ro,rw", "invalid mode: ro,rw"],
    ["a:/b:ro,", "invalid mode: ro,"],
    [
      "a",
      `invalid volume specification: 'a': invalid mount config for type "volume": invalid mount path: 'a' mount path must be absolute`,
    ],
    [
      "data:/",
      `invalid volume specification: 'data:/': invalid mount config for type "volume": invalid specification: destination can't be '/'`,
    ],
    [
      "data:/a:shared",
      `invalid volume specification: 'data:/a:shared': invalid mount config for type "volume": field BindOptions must not be specified`,
    ],
    [
      "/a:/b:nocopy",
      `invalid volume specification: '/a:/b:nocopy': invalid mount config for type "bind": field VolumeOptions must not be specified`,
    ],
    [
      "a b:/c",
      '"a b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
    ],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => parseVolumeOption(text!)).toThrow(refusal("-v, --volume", text!, reason!));
  });
});
