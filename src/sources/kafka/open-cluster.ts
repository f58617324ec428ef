// What reads a cluster, and what looks at it without reading, have in common.

import type { Clock } from '../../clock.ts'
import { Brokers, type BrokersOptions } from '../../kafka/client/brokers.ts'
import { Cluster } from '../../kafka/client/cluster.ts'
import { Outage } from '../../kafka/client/outage.ts'
import type { Subscription } from '../../kafka/client/subscription.ts'
import { type Selection, subscriptionOf } from './subscription.ts'

export interface OpenCluster {
  /** To be disconnected by the one who opened the cluster. */
  readonly brokers: Brokers
  readonly subscription: Subscription
  readonly cluster: Cluster
  readonly outage: Outage
}

/** Connects to nothing yet. Throws a SprkError (exit 78) where certificates or keys cannot be used, or a pattern is none. */
export function openCluster(options: BrokersOptions & Selection, clock: Clock): OpenCluster {
  const brokers = new Brokers(options, clock)
  const subscription = subscriptionOf(options)
  return { brokers, subscription, cluster: new Cluster(brokers, subscription), outage: new Outage(clock) }
}
