// valid_json.cjs SCHEMA FILE…: the files by a JSON Schema, *.jsonl line by line, judged by ajv of
// Debian's node-ajv. Exit status 0: all are valid; 1: one is not.
'use strict';
const fs = require('fs');
const Ajv = require('ajv');
const [schema, ...files] = process.argv.slice(2);
const rules = JSON.parse(fs.readFileSync(schema, 'utf8'));
delete rules.$schema; // ajv 6 knows draft 07 only; none of these schemas uses more
// `textarea` is a hint for forms in the schemas of Frictionless.
const validate = new Ajv({ logger: false, unknownFormats: ['textarea'] }).compile(rules);
for (const file of files) {
  const text = fs.readFileSync(file, 'utf8');
  const documents = file.endsWith('.jsonl') ? text.split('\n').filter((line) => line) : [text];
  for (const one of documents) {
    if (!validate(JSON.parse(one))) {
      console.log(file + ': ' + JSON.stringify(validate.errors));
      process.exit(1);
    }
  }
}
