package dev.culvert.kit.scenario;

import java.util.Locale;

/** A summary as JSON. */
final class SummaryJson {
    private SummaryJson() {}

    static String of(final Summary summary) {
        final Json json = new Json().open('{');
        json.key("scenario").text(summary.scenario()).key("seed").number(summary.seed());
        json.key("ending").text(summary.ending()).key("reached").raw(Boolean.toString(summary.reached()));
        json.key("virtualSeconds").raw(Json.seconds(summary.virtualNs()));
        json.key("packets").number(summary.packets());
        json.key("packetHash").text(Long.toHexString(summary.packetHash()));
        json.key("applications").open('[');
        summary.flows().forEach(flow -> flow(json, flow));
        json.close(']').key("stacks").open('[');
        summary.stacks().forEach(stack -> stack(json, stack));
        json.close(']').key("links").open('[');
        summary.links().forEach(link -> link(json, link));
        return json.close(']').close('}').toString();
    }

    private static void flow(final Json json, final Summary.FlowResult flow) {
        json.open('{').key("name").text(flow.name());
        json.key("from").text(flow.from()).key("to").text(flow.to());
        json.key("connections").number(flow.connections()).key("complete").number(flow.complete());
        json.key("open").number(flow.open()).key("errors").counts(flow.errors());
        json.key("bytesUp").number(flow.bytesUp()).key("bytesDown").number(flow.bytesDown());
        json.key("seconds").raw(Json.seconds(flow.timeNs()));
        json.key("deliverySeconds").raw(Json.seconds(flow.deliveryNs()));
        json.key("meanConnectionSeconds").raw(Json.seconds(flow.meanConnectionNs()));
        json.key("goodput").raw(String.format(Locale.ROOT, "%.0f", flow.goodputBitsPerSecond()));
        json.key("segments").number(flow.segments()).key("retransmitted").number(flow.retransmitted());
        json.close('}');
    }

    private static void stack(final Json json, final Summary.StackResult stack) {
        json.open('{').key("name").text(stack.name());
        json.key("segmentsIn").number(stack.segmentsIn()).key("segmentsOut").number(stack.segmentsOut());
        json.key("retransmitted").number(stack.retransmitted()).key("timeouts").number(stack.timeouts());
        json.key("fastRetransmits")
                .number(stack.fastRetransmits())
                .key("duplicates")
                .number(stack.duplicates())
                .key("resets")
                .number(stack.resets());
        json.key("states").counts(stack.states()).key("timeWait").number(stack.timeWait());
        json.key("drops").counts(stack.drops()).close('}');
    }

    private static void link(final Json json, final Summary.LinkResult link) {
        json.open('{').key("name").text(link.name());
        json.key("packets").number(link.counts().packets());
        json.key("bytes").number(link.counts().bytes()).key("lost").counts(link.drops());
        json.key("duplicated").number(link.counts().duplicated());
        json.key("reordered").number(link.counts().reordered());
        json.key("damaged").number(link.counts().damaged());
        json.key("marked").number(link.counts().marked());
        json.key("largestQueueBytes").number(link.counts().largestQueueBytes()).close('}');
    }
}
