// Reads a list of objects as JSON from standard input, and prints what their schemas say against them: a list of
// {"index", "problem"}. A kind that has no schema is a problem, too.
import { text } from 'node:stream/consumers';

const problems = [];
const objects = JSON.parse(await text(process.stdin));
for (const [index, object] of objects.entries()) {
  const say = problem => problems.push({ index, problem });
  try {
    const kinds = await import(`kubernetes-models/${object.apiVersion}`);
    if (kinds[object.kind] === undefined) {
      say(`no schema of ${object.apiVersion} ${object.kind}`);
    } else {
      new kinds[object.kind](object).validate();
    }
  } catch (error) {
    say(error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? `no schema of ${object.apiVersion} ${object.kind}` : error.message);
  }
}

console.log(JSON.stringify(problems));
