/** Writes two locks in turn until it is killed: `node writer.ts FOLDER`. Says so after each. */
import { updateLock } from '../../cli/locks/lock-store.ts'
import { packagePin, pinOf } from '../pins.ts'

const [, , root = ''] = process.argv
const turns = [packagePin('1.0.0'), packagePin('2.0.0')]
for (let turn = 0; ; turn = 1 - turn) {
  const { pin, closure } = turns[turn] ?? { pin: pinOf(''), closure: {} }
  await updateLock(root, {
    pins: { notes: pin, [`turn${turn}`]: pinOf(`${turn}`) },
    closures: { notes: closure },
    remove: [`turn${1 - turn}`],
  })
  process.stdout.write('.')
}
