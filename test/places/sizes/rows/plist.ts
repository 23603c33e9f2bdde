import { each, nested, O, type Texts, x } from "./texts.ts"

const plistOf = (inner: string) => `<plist version="1.0"><dict>${inner}</dict></plist>`
const pair = `<key>EnvironmentVariables</key><dict><key>${O}</key><string>a</string></dict>`
export const plist: Texts = {
  "deep arrays": (n) => plistOf(`<key>a</key>${nested("<array>", "", "</array>")(n)}`),
  "deep dictionaries": (n) => plistOf(`<key>a</key>${nested("<dict><key>a</key>", "<true/>", "</dict>")(n)}`),
  "equal keys": (n) =>
    plistOf(`<key>EnvironmentVariables</key><dict>${x(`<key>${O}</key><string>a</string>`)(n)}</dict>`),
  "equal keys, one a line": (n) =>
    plistOf(`\n<key>EnvironmentVariables</key>\n<dict>\n${x(`\t<key>${O}</key>\n\t<string>a</string>\n`)(n)}</dict>\n`),
  "equal dictionaries": (n) => plistOf(x(pair)(n)),
  flags: (n) =>
    plistOf(`<key>ProgramArguments</key><array>${x("<string>--token</string><string>a</string>")(n)}</array>`),
  "a long string": (n) => plistOf(`${pair}<key>b</key><string>${"a".repeat(n * 20)}</string>`),
  "a long string that is replaced": (n) =>
    plistOf(`<key>EnvironmentVariables</key><dict><key>${O}</key><string>${"a&amp;".repeat(n)}</string></dict>`),
  entities: (n) => plistOf(`<key>a</key><string>${"&#x41;".repeat(n)}</string>`),
  comments: (n) => plistOf(`${"<!-- a -->".repeat(n)}${pair}`),
  "comments between": (n) =>
    plistOf(
      `<key>EnvironmentVariables</key><dict>${x(`<!-- a --><key>${O}</key><!-- b --><string>a</string>`)(n)}</dict>`,
    ),
  CDATA: (n) => plistOf(`<key>a</key><string>${"<![CDATA[a]]>".repeat(n)}</string>`),
  attributes: (n) => `<plist ${each((i) => `a${i}="b" `)(n)}><dict/></plist>`,
  "a long attribute": (n) => `<plist a="${"b".repeat(n)}"><dict/></plist>`,
  blanks: (n) => plistOf(" ".repeat(n) + pair),
  "open elements": x("<dict><key>"),
  "a document type": (n) => `<!DOCTYPE plist [${"<!ENTITY a 'b'>".repeat(n)}]>${plistOf(pair)}`,
  instructions: (n) => "<?a b?>".repeat(n) + plistOf(pair),
}
