// kafkajs has types for what it offers, not for the insides that kafkajs.ts uses.

declare module 'kafkajs/src/cluster/index.js' {
  const Cluster: new (options: import('./kafkajs.ts').ClusterOptions) => import('./kafkajs.ts').KafkajsCluster
  export = Cluster
}
