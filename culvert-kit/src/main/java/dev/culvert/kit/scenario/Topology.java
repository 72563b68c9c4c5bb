package dev.culvert.kit.scenario;

import dev.culvert.kit.sim.Node;
import dev.culvert.kit.sim.SimHost;
import dev.culvert.kit.sim.Switch;
import dev.culvert.kit.sim.VirtualLink;
import dev.culvert.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the shortest way between stacks, over switches only, and tells every node which link to take. */
final class Topology {
    /** One direction of a link, from node to node. */
    private record Hop(String from, String to, VirtualLink link) {}

    private final Map<String, Node> nodes;
    private final List<Hop> hops = new ArrayList<>();

    Topology(final Map<String, Node> nodes) {
        this.nodes = nodes;
    }

    void add(final String from, final String to, final VirtualLink link) {
        hops.add(new Hop(from, to, link));
    }

    /** Routes to the addresses of one stack; the nodes that have one, and the stack itself, are the keys of the result. */
    Map<String, VirtualLink> routeTo(final String stack, final List<IpAddress> addresses) {
        final Map<String, VirtualLink> next = new HashMap<>();
        final ArrayDeque<String> reached = new ArrayDeque<>(List.of(stack));
        next.put(stack, null);
        while (!reached.isEmpty()) {
            final String at = reached.poll();
            if (!at.equals(stack) && nodes.get(at) instanceof SimHost) {
                continue; // a host does not forward
            }
            for (final Hop hop : hops) {
                if (hop.to.equals(at) && !next.containsKey(hop.from)) {
                    next.put(hop.from, hop.link);
                    reached.add(hop.from);
                }
            }
        }
        next.forEach((name, link) -> {
            if (link != null) {
                addresses.forEach(address -> route(nodes.get(name), address, link));
            }
        });
        return next;
    }

    private static void route(final Node node, final IpAddress address, final VirtualLink link) {
        if (node instanceof SimHost host) {
            host.route(address, link);
        } else {
            ((Switch) node).route(address, link);
        }
    }
}
