import { array, assert, constantFrom, jsonValue, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { formatter } from "../src/engine/format/formatter.ts";
import { knownFields, NIL_LIST } from "../src/engine/format/go-value.ts";
import { UserError } from "../src/user-error.ts";

/** Data as docker-inspect(1) has it. */
const DATA = {
  Name: "/web",
  Id: "4a1b2c3d",
  RestartCount: 2,
  SizeRw: 0,
  Cpus: 1.5,
  Big: 1_234_567.25,
  Args: ["-c", "echo <hi> & bye"],
  Empty: [],
  Entrypoint: NIL_LIST,
  Mixed: [1, "x", null, 2.5, [true], { k: "v" }],
  State: { Status: "running", Running: true, Dead: false, Pid: 4242, Error: "", Health: undefined },
  Config: {
    Labels: new Map([
      ["b", "2"],
      ["a", "1"],
    ]),
    Image: null,
  },
  Counts: new Map<string, unknown>([["n", 3]]),
  Wide: "日本é",
};

const format = (text: string, data: unknown = DATA) => formatter(text)(data);
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message.replace("template parsing error: ", "");
  }
  return "";
};

describe("formatter() prints as Go does:", () => {
  test.for([
    ["plain", "plain"],
    ["", ""],
    ["{{.Name}} {{.State.Status}}", "/web running"],
    ["{{.RestartCount}} {{.SizeRw}} {{.Cpus}} {{.Big}}", "2 0 1.5 1.23456725e+06"],
    ["{{.State.Running}} {{.State.Error}}.", "true ."],
    ["{{.Args}} {{.Empty}} {{.Entrypoint}}", "[-c echo <hi> & bye] [] []"],
    ["{{.Mixed}}", "[1 x <nil> 2.5 [true] map[k:v]]"],
    ["{{.Config.Labels}} {{.Counts}}", "map[a:1 b:2] map[n:3]"],
    ["{{.State}}", "map[Dead:false Error: Pid:4242 Running:true Status:running]"],
    ["{{.Nothing}} {{.Nothing.at.all}} {{.Config.Image}} {{.State.Health}}", "<no value> <no value> <no value> <nil>"],
    ["{{print .Nothing}} {{print nil}}", "<nil> <nil>"],
    [
      "{{true}} {{1}} {{1.0}} {{0x1F}} {{0b11}} {{017}} {{1_000}} {{'a'}} {{1e3}} {{-5}}",
      "true 1 1 31 3 15 1000 97 1000 -5",
    ],
    [String.raw`{{"a\tb\x41é\101\\\""}}`, 'a\tbAéA\\"'],
    ["{{`a\\tb`}}{{/* nothing */}}", String.raw`a\tb`],
  ])("%s", ([text, output]) => {
    expect(format(text!)).toBe(output);
  });
});

describe("formatter() has the control structures of text/template:", () => {
  test.for([
    ["{{if .State.Running}}up{{else}}down{{end}}", "up"],
    ["{{if .State.Dead}}dead{{else if .RestartCount}}restarted{{else}}fine{{end}}", "restarted"],
    ["{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}", "none"],
    ["{{with .State}}{{.Pid}} {{$.Name}}{{end}}", "4242 /web"],
    ["{{with .Empty}}x{{else with .Args}}{{len .}}{{end}}", "2"],
    ["{{with $x := .Name}}{{$x}}{{end}}", "/web"],
    ["{{range .Args}}<{{.}}>{{end}}", "<-c><echo <hi> & bye>"],
    ["{{range $i, $v := .Mixed}}{{$i}}={{$v}};{{end}}", "0=1;1=x;2=<no value>;3=2.5;4=[true];5=map[k:v];"],
    ["{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}", "a=1 b=2 "],
    ["{{range $v := .Config.Labels}}{{$v}}{{end}}", "12"],
    ["{{range .Empty}}x{{else}}none{{end}}{{range .Nothing}}x{{else}}none{{end}}", "nonenone"],
    ["{{range 3}}{{.}}{{end}}{{range $i := 2}}{{$i}}{{end}}", "01201"],
    ["{{range .Args}}{{break}}{{end}}{{range $i, $v := .Mixed}}{{if $i}}{{continue}}{{end}}{{$v}}{{end}}", "1"],
    ["{{$x := 1}}{{range .Args}}{{$x = .}}{{end}}{{$x}}", "echo <hi> & bye"],
    ["{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1"],
    ["a  {{- .RestartCount -}} \n b {{- /* c */ -}} d", "a2bd"],
    ["{{3 -}}\n{{- -3}}", "3-3"],
    ["{{(index .Mixed 5).k}} {{((.Name))}}", "v /web"],
    ['{{.Name | printf "%s-%s" "x" | len}}', "6"],
  ])("%s", ([text, output]) => {
    expect(format(text!)).toBe(output);
  });
});

describe("formatter() has the functions of text/template:", () => {
  test.for([
    ["{{eq 1 1}} {{eq 1 2 3 1}} {{eq .Name `x`}} {{ne 1 2}} {{eq nil .Nothing}}", "true true false true true"],
    ["{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}} {{lt 1.5 2.5}} {{lt `Z` `a`}}", "true true false true true true"],
    ["{{and 1 0 .No.Such.Thing}} {{or 0 `x` (index .Args 9)}} {{not .Empty}} {{and 1 2}} {{or 0 ``}}.", "0 x true 2 ."],
    [
      "{{index .Args 0}} {{index .Mixed 4 0}} {{index .Config.Labels `a`}} {{index .Config.Labels `z`}}.",
      "-c true 1 .",
    ],
    ["{{index .Counts `z`}} {{index .State `Status`}} {{index .Name 0}}", "<no value> running 47"],
    ["{{len .Args}} {{len .Config.Labels}} {{len .Wide}} {{len .Entrypoint}}", "2 2 8 0"],
    ["{{slice .Id 2}} {{slice .Id 1 3}} {{slice .Mixed 0 2}} {{slice .Wide 0 3}}", "1b2c3d a1 [1 x] 日"],
    ["{{print 1 2 `a` `b` 3 true}}|{{println 1 `a`}}|", "1 2ab3 true|1 a\n|"],
  ])("%s", ([text, output]) => {
    expect(format(text!)).toBe(output);
  });
});

describe("formatter() has docker's functions:", () => {
  test.for([
    [
      "{{json .Args}} {{json .Name}} {{json .Nothing}} {{json .Entrypoint}}",
      '["-c","echo <hi> & bye"] "/web" null null',
    ],
    ["{{json .State}}", '{"Status":"running","Running":true,"Dead":false,"Pid":4242,"Error":""}'],
    ["{{json .Config.Labels}} {{json .Cpus}}", '{"a":"1","b":"2"} 1.5'],
    ['{{join (split "text:with:colon" ":") "/"}} {{split "" ","}} {{split "abc" ""}}', "text/with/colon [] [a b c]"],
    ['{{join .Args "|"}} {{join .Entrypoint ","}}', "-c|echo <hi> & bye "],
    ['{{title "ab-cd e_f éa"}} {{lower "ÀB"}} {{upper "straße"}}', "Ab-Cd E_f Éa àb STRAßE"],
    [
      '{{pad "a" 1 2}}|{{pad "" 1 2}}|{{truncate "tupx5xzf" 5}}|{{truncate "ab" 5}}|{{truncate .Wide 3}}',
      " a  ||tupx5|ab|日",
    ],
  ])("%s", ([text, output]) => {
    expect(format(text!)).toBe(output);
  });
});

describe("formatter() formats as Go's fmt.Printf:", () => {
  test.for<[format: string, values: string, output: string]>([
    ["%s|%-10s|%10s|%.2s|%05s", '"abc" "abc" "abc" "abc" "abc"', "abc|abc       |       abc|ab|00abc"],
    [
      "%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%b|%c|%U",
      "42 42 42 42 42 42 42 42 42 42 42 42 42",
      "42|   42|42   |00042|+42| 42|2a|2A|0x2a|52|101010|*|U+002A",
    ],
    [
      "%t|%v|%q|%x|% X|%+q|%#q",
      'true true "a\\"\\n" "hi" "hi" "é" "a"',
      'true|true|"a\\"\\n"|6869|68 69|"\\u00e9"|`a`',
    ],
    [
      "%f|%5.2f|%.0f|%.0f|%.2f|%e|%g|%08.3f|%-8.1f|",
      "1.5 1.5 0.5 2.5 0.125 1234.5 1e21 -1.5 1.5",
      "1.500000| 1.50|0|2|0.12|1.234500e+03|1e+21|-001.500|1.5     |",
    ],
    ["%v %v %v %v", "1e20 1e-5 123456.5 0.1", "1e+20 1e-05 123456.5 0.1"],
    ["%d %s %v", '"a" 1 nil', "%!d(string=a) %!s(int=1) <nil>"],
    ["%d %%", "", "%!d(MISSING) %"],
    ["%d", "1 2", "1%!(EXTRA int=2)"],
    ["%", "", "%!(NOVERB)"],
    ["%z %*d %-*d|", "1 4 2 4 2", "%!z(int=1)    2 2   |"],
    ["%T %T %T %T", '1 "a" 1.5 true', "int string float64 bool"],
  ])("%s", ([text, values, output]) => {
    expect(format(`{{printf ${JSON.stringify(text)} ${values}}}`)).toBe(output);
  });

  test("with the verb for each member of a list or map", () => {
    expect(format('{{printf "%q %5d" .Args (slice .Mixed 0 1)}}')).toBe('["-c" "echo <hi> & bye"] [    1]');
    expect(format('{{printf "%d" .Config.Labels}}')).toContain("map[%!d(string=a):%!d(string=1) ");
  });
});

describe("formatter() refuses in the words of text/template:", () => {
  test.for([
    ["{{", ":1: unclosed action"],
    ["a\n{{\n.Name", ":3: unclosed action started at :2"],
    ["{{.Name\n\n", ":3: unclosed action started at :1"],
    ["{{.Name}", ":1: bad character U+007D '}'"],
    ["{{}}", ":1: missing value for command"],
    ["{{if}}", ":1: missing value for if"],
    ["{{if .Name}}", ":1: unexpected EOF"],
    ["{{end}}", ":1: unexpected {{end}}"],
    ["x{{else}}", ":1: unexpected {{else}}"],
    ["{{if 1}}{{else}}{{else}}{{end}}", ":1: expected end; found {{else}}"],
    ["{{break}}", ":1: {{break}} outside {{range}}"],
    ["{{foo .Name}}", ':1: function "foo" not defined'],
    ["{{$x}}", ':1: undefined variable "$x"'],
    ["{{.Name | 1}}", ":1: non executable command in pipeline stage 2"],
    ["{{1.Name}}", ':1: bad number syntax: "1.N"'],
    ['{{"a".Name}}', String.raw`:1: unexpected . after term "\"a\""`],
    ['{{"a}}', ":1: unterminated quoted string"],
    ["{{`a}}", ":1: unterminated raw quoted string"],
    ["{{'ab'}}", ":1: malformed character constant: 'ab'"],
    [String.raw`{{"\z"}}`, ":1: invalid syntax"],
    ["{{(1}}", ":1: unclosed left paren"],
    ["{{1)}}", ":1: unexpected right paren"],
    ["{{/* a }}", ":1: unclosed comment"],
    ["{{/* a */ b}}", ":1: comment ends before closing delimiter"],
    ["{{é!}}", ":1: bad character U+0021 '!'"],
    ["{{\u0001}}", ":1: unrecognized character in action: U+0001"],
    ["{{.Name ^}}", ':1: unexpected "^" in operand'],
    ["{{99999999999999999999}}", ':1: integer overflow: "99999999999999999999"'],
    ["{{1_e3}}", ':1: illegal number syntax: "1_e3"'],
    ["{{0x}}", ':1: illegal number syntax: "0x"'],
    ["{{define `x`}}{{end}}", ":1: <define> is not supported"],
    ["{{1i}}", ":1: complex numbers are not supported"],
  ])("%s", ([text, message]) => {
    expect(messageOf(() => formatter(text!))).toBe(`template: ${message}`);
  });

  test.for([
    ["{{.Name.Foo}}", ':1:7: executing "" at <.Name.Foo>: can\'t evaluate field Foo in type interface {}'],
    ["\n {{.Config.Image.X}}", ':2:10: executing "" at <.Config.Image.X>: nil pointer evaluating interface {}.X'],
    ["é{{lower 3}}", ':1:10: executing "" at <3>: expected string; found 3'],
    ["{{lower .Nothing}}", ':1:8: executing "" at <.Nothing>: invalid value; expected string'],
    [
      "{{lower .RestartCount}}",
      ':1:8: executing "" at <.RestartCount>: wrong type for value; expected string; got int',
    ],
    [
      '{{join .Mixed ","}}',
      ':1:7: executing "" at <.Mixed>: wrong type for value; expected []string; got []interface {}',
    ],
    ["{{index .Args 5}}", ':1:2: executing "" at <index .Args 5>: error calling index: index out of range: 5'],
    ["{{len 3}}", ':1:2: executing "" at <len 3>: error calling len: len of type int'],
    [
      "{{lt 1 `a`}}",
      ':1:2: executing "" at <lt 1 `a`>: error calling lt: incompatible types for comparison: int and string',
    ],
    [
      "{{eq .Args .Args}}",
      ':1:2: executing "" at <eq .Args .Args>: error calling eq: non-comparable type [-c echo <hi> & bye]: []string',
    ],
    ["{{eq 1}}", ':1:2: executing "" at <eq 1>: error calling eq: missing argument for comparison'],
    ["{{not}}", ':1:2: executing "" at <not>: wrong number of args for not: want 1 got 0'],
    ["{{range .Name}}{{end}}", ':1:8: executing "" at <.Name>: range can\'t iterate over /web'],
    ["{{.Name .Id}}", ':1:2: executing "" at <.Name>: Name is not a method but has arguments'],
    ["{{nil}}", ':1:2: executing "" at <nil>: nil is not a command'],
    ["{{pad `a` -1 0}}", ':1:2: executing "" at <pad `a` -1 0>: error calling pad: strings: negative Repeat count'],
    ["{{range 100000000}}{{end}}", ':1:8: executing "" at <100000000>: the template does too much'],
  ])("%s of a value", ([text, message]) => {
    expect(messageOf(() => format(text!))).toBe(`template: ${message}`);
  });
});

test("formatter() takes a name that an object has not for an error if told to", () => {
  const inspect = (text: string) => formatter(text, { missing: "error", exitStatus: 64 })(DATA);
  expect(messageOf(() => inspect("{{.Foo}}"))).toBe(
    'template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"',
  );
  expect(() => inspect("{{.state}}")).toThrow(expect.objectContaining({ hint: "there is .State" }));
  expect(messageOf(() => inspect("{{.State.Health.Status}}"))).toBe(
    'template: :1:8: executing "" at <.State.Health.Status>: map has no entry for key "Health"',
  );
  expect(inspect("{{.Config.Labels.z}}{{.State.Health}}{{.Config.Image}}")).toBe("<no value><nil><no value>");
});

test("formatter() ends with 1, or for a text that is no template with the given status", () => {
  const statusOf = (text: string) => {
    try {
      return formatter(text, { missing: "error", exitStatus: 64 })(DATA);
    } catch (error) {
      return (error as UserError).exitStatus;
    }
  };
  expect([statusOf("{{"), statusOf("{{.Foo}}")]).toEqual([64, 1]);
});

test("formatter() calls the functions that are fields, with strings", () => {
  const line = knownFields("*formatter.ContainerContext", { ID: "1", Label: (name: string) => `label ${name}` });
  expect(format('{{.Label "a.b"}} {{"c" | .Label}}', line)).toBe("label a.b label c");
  expect(messageOf(() => format("{{.Label}}", line))).toBe(
    'template: :1:2: executing "" at <.Label>: wrong number of args for Label: want 1 got 0',
  );
  expect(messageOf(() => format("{{.Label 1}}", line))).toBe(
    'template: :1:9: executing "" at <1>: expected string; found 1',
  );
  expect(messageOf(() => format("{{.ID 1}}", line))).toBe(
    'template: :1:2: executing "" at <.ID>: wrong number of args for ID: want 0 got 1',
  );
});

test("formatter() shows nothing that all objects of JavaScript have", () => {
  expect(format("{{.constructor}} {{.__proto__}} {{index . `toString`}} {{.Args}}", { Args: [] })).toBe(
    "<no value> <no value> <no value> []",
  );
});

test("formatter() ends for any text with output or a UserError", { timeout: 60_000 }, () => {
  const WORDS =
    '{{ }} {{- -}} . $ $x := = , | ( ) .Name .Mixed .Config.Labels if else end range with break nil true 1 -2 1.5 0x1f 100000 "a" "%v" "%4096d" `r` \'c\' /* */ eq lt and or not index len slice print printf println json split join title upper pad truncate'.split(
      " ",
    );
  const template = oneof(
    string({ unit: "binary" }),
    array(oneof({ weight: 9, arbitrary: constantFrom(...WORDS) }, { weight: 1, arbitrary: string() })).map((words) =>
      words.join(" "),
    ),
    array(constantFrom(...WORDS)).map((words) => `{{${words.join(" ")}}}`),
  );
  assert(
    property(template, oneof(jsonValue(), constantFrom(DATA)), (text, data) => {
      try {
        expect(formatter(text)(data)).toBeTypeOf("string");
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
});

test.for([
  ["parentheses", `{{${"(".repeat(50_000)}1${")".repeat(50_000)}}}`],
  ["control structures", "{{if 1}}".repeat(20_000) + "{{end}}".repeat(20_000)],
  ["else if", `{{if 0}}${"{{else if 0}}".repeat(20_000)}{{end}}`],
])("formatter() refuses too many %s in each other", ([, text]) => {
  expect(messageOf(() => format(text!))).toBe("template: :1: max expression depth exceeded");
});

test("formatter() takes 250 control structures or parentheses in each other", () => {
  expect(format(`${"{{if 1}}".repeat(250)}x${"{{end}}".repeat(250)}`)).toBe("x");
  expect(format(`{{${"(print ".repeat(250)}1${")".repeat(250)}}}`)).toBe("1");
});

test.for([
  '{{$x := "ab"}}{{range 100}}{{$x = print $x $x}}{{end}}',
  '{{range 1000000}}{{printf "%4096d" 1}}{{end}}',
  "{{range 5000}}{{range 5000}}{{range 5000}}{{end}}{{end}}{{end}}",
  `{{printf "${"%4096d".repeat(20_000)}"${" 1".repeat(20_000)}}}`,
])("formatter() refuses %.40s, which would not end", (text) => {
  expect(messageOf(() => format(text))).toMatch(/the template does too much|the text is too long/);
});

test("formatter() reads long runs of spaces in no time that matters", () => {
  expect(format(`{{1}}${" ".repeat(100_000)}x{{- 2}}`)).toHaveLength(100_003);
});
