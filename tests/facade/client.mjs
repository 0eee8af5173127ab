// One call of GitHub's own cache client, as a job makes it. Prints what the client logs, then one
// line of JSON with what it returned.
//
//   node client.mjs save KEY PATH…
//   node client.mjs restore KEY,RESTORE_KEY… PATH…
import * as cache from '@actions/cache'

const [operation, keys, ...paths] = process.argv.slice(2)
const [key, ...restoreKeys] = keys.split(',')

const result =
  operation === 'save'
    ? { saved: await cache.saveCache(paths, key) }
    : { restored: (await cache.restoreCache(paths, key, restoreKeys)) ?? null }
console.log(JSON.stringify(result))
