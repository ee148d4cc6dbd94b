/** What the vectors of JSON, numbers and keys are made from; `generate.ts` adds the answers. */
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)

/** RFC 8785 appendix B, and the ends of what a double is. */
export const doubles: readonly (readonly [ieee: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
  ['0010000000000000', '2.2250738585072014e-308'],
  ['000fffffffffffff', '2.225073858507201e-308'],
  ['3fb999999999999a', '0.1'],
  ['3fd3333333333334', '0.30000000000000004'],
]

/** Texts whose numbers are read as doubles, and their RFC 8785 form. */
export const canonical: readonly (readonly [text: string, canonical: string])[] = [
  [
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
  ['{"9":1,"10":2,"1":3,"-1":4,"":5,"a":6,"A":7}', '{"":5,"-1":4,"1":3,"10":2,"9":1,"A":7,"a":6}'],
  [
    '["\\u0000\\u0008\\u0009\\u000b\\u000c\\u001f\\u007f\\u2028\\u2029\\ufeff"]',
    '["\\u0000\\b\\t\\u000b\\f\\u001f\u007f\u2028\u2029\ufeff"]',
  ],
  [' { "a" : [ ] , "b" : { } , "c" : [ [ ] , -0 , 1.0 , 1E2 ] } ', '{"a":[],"b":{},"c":[[],0,1,100]}'],
]

export const numbers: readonly string[] = [
  '0', '-0', '0.0', '-0.000', '0e0', '0e400', '-0e-400', '0e99999999999999999999', '0.000e-99999999999999999999',
  '1', '-1', '1.0', '1.00e0', '10e-1', '0.1e1', '100', '1e2', '1E+2', '1e02', '1e0000000000000000000000002',
  '0.1', '1e-1', '0.10', '0.1000000000000000055511151231257827', '0.30000000000000004', '0.3000000000000000444',
  '3.141592653589793', '3.1415926535897932', '3.14159265358979323846264338327950288', '333333333.33333329',
  '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9223372036854775807', '-9223372036854775808',
  '9223372036854775808', '9223372036854776000', '18446744073709551615', '18446744073709552000', '123456789012345678901234567890',
  '100000000000000000000', '1000000000000000000000', '1e21', '1e22', '1e23', '9.999999999999999e22', '99999999999999991611392', '1e20',
  '0.000001', '0.0000001', '1e-7', '123456789012345', '1234567890123456', '12345678901234567', '0.1234567890123', '999999999999999',
  '1.7976931348623157e308', '1.7976931348623157e+308', '1.7976931348623158e308', '1.7976931348623159e308', '179769313486231570e291',
  '1e308', '1e309', '1e400', '-1e400', '10e399', '0.1e401', '1000e397', '1e999999999', '1e-999999999', '1e999999999999999', '1e1000000000000000',
  '5e-324', '4.9406564584124654e-324', '4.9e-324', '2.5e-324', '2.4e-324', '1e-323', '9.88e-324', '2.2250738585072014e-308', '2.225073858507201e-308',
  '1e-324', '1e-400', '-1e-400', '100e-402', '0.01e-398',
  '1e999999999999999999999999999999', '1e-999999999999999999999999999999', '10e999999999999999999999999999999', '0.1e1000000000000000000000000000000',
  '0.1e-999999999999999999999999999999', '10e-1000000000000000000000000000000', '1e+000000000000000000000000000000999', '12.50e123456789012345678901234567890',
  '-12.50e-123456789012345678901234567890', '1000e-1000000000000000', '0.001e1000000000000000', `1${'0'.repeat(400)}`, `1${'0'.repeat(22)}`,
  `0.${'0'.repeat(399)}1`, '9'.repeat(40), `1${'0'.repeat(400)}e-400`, `0.${'0'.repeat(400)}1e401`, `1.${'0'.repeat(40)}`, `1.${'0'.repeat(40)}1`,
] // prettier-ignore

/** Texts as they are, or bytes as hex where no text can say it. */
export type Source = { readonly text: string } | { readonly hex: string }

export const refused: readonly (Source & { readonly code: string })[] = [
  '',
  ' ',
  '{',
  '[',
  '"',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '{"a" 1}',
  '{"a":}',
  '[1 2]',
  '1 2',
  '[]]',
  'nul',
  'NaN',
  'Infinity',
  'undefined',
  'True',
  '01',
  '-',
  '+1',
  '1.',
  '.5',
  '1e',
  '1e+',
  '0x10',
  '-01',
  '1_000',
  '--1',
  '１',
  '"\t"',
  '"\n"',
  '"\\x41"',
  '"\\u12"',
  '"\\u12g4"',
  '"\\',
  '"a',
  '"\u0000"',
  '// a\n1',
  '/* a */ 1',
  '1 // a',
  '\ufeff1',
  '\u00a01',
  '1\u000b',
  '\u20281',
].map((text) => ({ text, code: 'JSON_INVALID' }))

export const refusedOtherwise: readonly (Source & { readonly code: string })[] = [
  { hex: 'efbbbf7b7d', code: 'JSON_INVALID' },
  { text: '{"a":1,"a":1}', code: 'JSON_DUPLICATE_KEY' },
  { text: '{"a":1,"b":{"c":1,"\\u0063":2}}', code: 'JSON_DUPLICATE_KEY' },
  { text: '{"":1,"":1}', code: 'JSON_DUPLICATE_KEY' },
  { text: '{"$number":1,"$number":2}', code: 'JSON_DUPLICATE_KEY' },
  { text: '{"__proto__":1}', code: 'JSON_PROTO_KEY' },
  { text: '[{"a":{"\\u005f_proto__":null}}]', code: 'JSON_PROTO_KEY' },
  { text: '"\\ud800"', code: 'JSON_LONE_SURROGATE' },
  { text: '"\\udc00\\ud800"', code: 'JSON_LONE_SURROGATE' },
  { text: '"\\ud83d \\ude00"', code: 'JSON_LONE_SURROGATE' },
  { text: '{"\\udfff":1}', code: 'JSON_LONE_SURROGATE' },
  { text: deep(65), code: 'JSON_TOO_DEEP' },
  { text: nested(65), code: 'JSON_TOO_DEEP' },
  { text: `[${deep(64)}]`, code: 'JSON_TOO_DEEP' },
  { text: '['.repeat(65), code: 'JSON_TOO_DEEP' },
  { text: '{"a":1,"a"', code: 'JSON_DUPLICATE_KEY' },
  { text: '{"__proto__"', code: 'JSON_PROTO_KEY' },
  { text: '["\\ud800", 1,]', code: 'JSON_LONE_SURROGATE' },
  { text: '{"\\ud800":1,"\\ud800":1}', code: 'JSON_LONE_SURROGATE' },
  { text: '"\\ud800\\x"', code: 'JSON_INVALID' },
  { text: '"\\ud800', code: 'JSON_INVALID' },
  { text: '[1,,"\\ud800"]', code: 'JSON_INVALID' },
  { hex: '5b312c2cff5d', code: 'JSON_NOT_UTF8' },
  { hex: '22eda08022', code: 'JSON_NOT_UTF8' },
  { hex: '22c0af22', code: 'JSON_NOT_UTF8' },
  { hex: '22ff22', code: 'JSON_NOT_UTF8' },
  { hex: '22e282', code: 'JSON_NOT_UTF8' },
  { hex: '22f490808022', code: 'JSON_NOT_UTF8' },
  { hex: 'fffe7b007d00', code: 'JSON_NOT_UTF8' },
]

export const accepted: readonly Source[] = [
  'null',
  ' \t\r\n{ } \n',
  '[]',
  '""',
  'true',
  '-0',
  '"\\/"',
  '"\\ud83d\\ude00"',
  '"\\uD83D\\uDE00"',
  '"\u007f\u2028"',
  '"\\u0000"',
  '{"a":1,"A":2,"á":3,"a\u0301":4}',
  '{"_proto_":1,"__proto":2,"constructor":3,"toString":4,"hasOwnProperty":5}',
  '{"10":1,"9":2,"-1":3}',
  '{"\ufb33":1,"\ud83d\ude00":2}',
  deep(64),
  nested(64),
  `${'['.repeat(64)}1${']'.repeat(64)}`,
].map((text) => ({ text }))

export const acceptedBytes: readonly Source[] = [{ hex: '22efbbbf22' }, { hex: '22f09f988022' }, { hex: '22efbfbf22' }]

export const keys: readonly string[] = [
  '$number', '$lines', '$volatile', '$bytes', '$failed', '$$number', '$$lines', '$$$bytes', '$$$$failed', '$$volatile',
  '$', '$$', '', 'number', '$Number', '$number ', ' $number', '$numbers', '$ref', '$schema', '$defs', '$$ref', '\\$number', '$number\n', '\uff04number', '$line',
] // prettier-ignore

/** Stored values in RFC 8785 form, for the lock's layout. */
export const layouts: readonly string[] = [
  'null', '0', '-1.5', '1e+21', '""', '[]', '{}', '[[],{}]', '{"10":1,"9":2}', '{"a":[1,{"b":null}]}',
  '"a\\nb"', '"\\n"', '"\\n\\n"', '"a\\r\\nb"', '"\\u0000\\b\\t\\u001f\\\\\\"/"', '"\u007f\u0080\u00a0\u00ad"', '"\u200b\u202e\u2028\u2029\ufeff\u3000"',
  '"\u{e0041}\u{f0000}\u{10fffd}\u{1d173}"', '"\u{e000}\u{f8ff}"', '"é😀漢\u{ffff}\u{10ffff}"', '{"\u200b":1,"a\\nb":2}', '{"\ufb33":1,"😀":2}', '{"$$lines":["a"],"$number":"1e+400"}',
] // prettier-ignore
