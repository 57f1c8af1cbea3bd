"""What Python's own TopologicalSorter says of graphs; the test compares it with ours."""

from graphlib import CycleError, TopologicalSorter


def walk_graphs(graphs):
    """Walks each graph, given as {"nodes": [[id, [dependency, ...]], ...], "choices": [number, ...]}.

    The nodes that are ready stand in the order of the graph; each choice says which of them is done next. Answers {"order": a whole order,
    "steps": what became ready at the beginning and after each choice}, or {"cycle": a cycle}, in which each node depends on the one before it.
    """
    return [walk(graph["nodes"], graph["choices"]) for graph in graphs]


def walk(nodes, choices):
    places = {name: place for place, (name, _) in enumerate(nodes)}
    try:
        order = list(TopologicalSorter(dict(nodes)).static_order())
    except CycleError as error:
        return {"cycle": error.args[1]}
    sorter = TopologicalSorter(dict(nodes))
    sorter.prepare()
    ready = []
    steps = []
    for choice in [None, *choices]:
        if choice is not None:
            sorter.done(ready.pop(choice % len(ready)))
        fresh = sorted(sorter.get_ready(), key=places.__getitem__)
        steps.append(fresh)
        ready = sorted([*ready, *fresh], key=places.__getitem__)
    if sorter.is_active():
        raise AssertionError("expected every node to be done")
    return {"order": order, "steps": steps}
