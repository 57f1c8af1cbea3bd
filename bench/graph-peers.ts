import { Graph as DagreGraph, alg as dagreAlg } from '@dagrejs/graphlib';
import { DepGraph } from 'dependency-graph';
import graphlib from 'graphlib';
import { DirectedGraph } from 'graphology';
import dag from 'graphology-dag';
import toposort from 'toposort';
import type { GeneratedNode } from './task-graph-families.js';

/** Another library that builds a graph and sorts it. */
export interface GraphPeer {
  readonly name: string;
  /** Dependencies before their dependents. */
  readonly sort: (nodes: readonly GeneratedNode[]) => readonly string[];
}

/** Each as its manual shows it, with the fastest way of those it offers. */
export const GRAPH_PEERS: readonly GraphPeer[] = [
  {
    name: 'graphlib 2',
    sort(nodes) {
      const graph = new graphlib.Graph();
      for (const { id } of nodes) graph.setNode(id);
      for (const { id, dependencies } of nodes) for (const dependency of dependencies) graph.setEdge(dependency, id);
      return graphlib.alg.topsort(graph);
    },
  },
  {
    name: '@dagrejs/graphlib 4',
    sort(nodes) {
      const graph = new DagreGraph();
      for (const { id } of nodes) graph.setNode(id);
      for (const { id, dependencies } of nodes) for (const dependency of dependencies) graph.setEdge(dependency, id);
      return dagreAlg.topsort(graph);
    },
  },
  {
    name: 'graphology-dag',
    sort(nodes) {
      const graph = new DirectedGraph();
      for (const { id } of nodes) graph.addNode(id);
      for (const { id, dependencies } of nodes) for (const dependency of dependencies) graph.addDirectedEdge(dependency, id);
      return dag.topologicalSort(graph);
    },
  },
  {
    name: 'toposort',
    sort(nodes) {
      const edges: [string, string][] = [];
      for (const { id, dependencies } of nodes) for (const dependency of dependencies) edges.push([dependency, id]);
      return toposort.array(
        nodes.map(({ id }) => id),
        edges,
      );
    },
  },
  {
    name: 'dependency-graph',
    sort(nodes) {
      const graph = new DepGraph<null>();
      for (const { id } of nodes) graph.addNode(id);
      for (const { id, dependencies } of nodes) for (const dependency of dependencies) graph.addDependency(id, dependency);
      return graph.overallOrder();
    },
  },
];
