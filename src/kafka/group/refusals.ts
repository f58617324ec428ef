// Why a consumer group does not take a member, where another attempt helps nothing, or not soon.

import { Exit, SprkError } from '../../errors.ts'
import { alternatives } from '../../words.ts'
import { Fault } from '../client/fault.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Assignor } from './assignor.ts'

/** Of groups whose members share partitions of topics; Connect and others have types of their own. */
export const PROTOCOL_TYPE = 'consumer'

interface Asking {
  readonly groupId: string
  readonly instanceId: string | null
  readonly sessionTimeoutMs: number
}

/** Null: no error code that only members meet. */
export function refusalOf(code: number, { groupId, instanceId, sessionTimeoutMs }: Asking): Fault | SprkError | null {
  const group = `consumer group ${groupId}`
  if (code === ErrorCode.FENCED_INSTANCE_ID) {
    return new SprkError(Exit.LOCKED, {
      code: 'E_GROUP_FENCED',
      message: `${group}: another member has taken the name \`${instanceId}\``,
      hint: 'let each run have a `groupInstanceId` of its own',
    })
  }
  if (code === ErrorCode.GROUP_MAX_SIZE_REACHED) {
    const message = `${group} has as many members as its brokers allow (group.max.size)`
    return new Fault(message, { lasting: new SprkError(Exit.UNAVAILABLE, { code: 'E_GROUP_FULL', message }) })
  }
  if (code === ErrorCode.INVALID_SESSION_TIMEOUT) {
    return new SprkError(Exit.CONFIG, {
      code: 'E_SESSION_TIMEOUT',
      message: `${group}: its brokers do not allow a session time-out of ${sessionTimeoutMs} ms`,
      hint: 'see group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers',
    })
  }
  return null
}

/** The state of a group that does not exist, or that DescribeGroups does not know: one of KIP-848. */
export const DEAD = 'Dead'

/** INCONSISTENT_GROUP_PROTOCOL: the group, as it is described, has members of another kind. */
export function otherKind(
  group: { readonly groupId: string; readonly state: string; readonly protocolType: string; readonly protocol: string },
  assignors: readonly Assignor[],
): SprkError {
  if (group.state === DEAD) return ofNewerProtocol(group.groupId)
  if (group.protocolType !== PROTOCOL_TYPE) {
    return cannotJoin(group.groupId, `it is a group of another kind (\`${group.protocolType}\`)`)
  }
  const ours = alternatives(assignors.map(({ name }) => name))
  // While the group rebalances nothing is chosen.
  const theirs = group.protocol === '' ? 'otherwise' : `by \`${group.protocol}\``
  return cannotJoin(group.groupId, `its members assign partitions ${theirs}, not by ${ours}`)
}

/** Its members and their partitions cannot be told. */
export function ofNewerProtocol(groupId: string): SprkError {
  return cannotJoin(groupId, 'it has members of the newer group protocol (`group.protocol=consumer`)')
}

function cannotJoin(groupId: string, why: string): SprkError {
  return new SprkError(Exit.LOCKED, {
    code: 'E_GROUP_PROTOCOL',
    message: `consumer group ${groupId} cannot be joined: ${why}`,
    hint: 'name another `groupId`',
  })
}
