import { around, O, type Texts, x } from "./texts.ts"

export const systemd: Texts = Object.fromEntries(
  Object.entries({
    "equal settings": x(`Environment=${O}=a\n`),
    "settings and resets": x(`Environment=${O}=a\nEnvironment=\n`),
    words: around("Environment=", `${O}=a `, "\n"),
    "lines that go on": around("Environment=", `${O}=a \\\n`, "\n"),
    "comments between": around("Environment=", `${O}=a \\\n# a\n; b\n`, "\n"),
    "blanks in a value": around(`Environment=${O}=b`, " ", "x\n"),
    "blanks behind": around(`Environment=${O}=b`, " ", "\n"),
    backslashes: around(`Environment=${O}=b`, "\\", "x\n"),
    "backslashes before the end": around(`Environment=${O}=b`, "\\", "\n"),
    quotes: around("Environment=", "'a' \"b\" ", "\n"),
    specifiers: around(`Environment=${O}=`, "%%", "\n"),
    flags: around("ExecStart=/bin/x ", "--token a ", "\n"),
    commands: around("ExecStart=/bin/x ", "; /bin/x --token a ", "\n"),
    references: around("ExecStart=/bin/x --token ", `\${A}`, "\n"),
    "open references": around("ExecStart=/bin/x --token ", "${", "\n"),
    "comments before": around("", "# a\n", `Environment=${O}=a\n`),
    "comments that end in a backslash": x("# a\\\n"),
    sections: x("[Service]\n"),
  }).map(([name, text]) => [name, (n: number) => `[Service]\n${text(n)}`]),
)
