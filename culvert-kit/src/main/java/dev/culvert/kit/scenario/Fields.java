package dev.culvert.kit.scenario;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Takes the values of one map by their keys; {@link #end} refuses keys that nobody has asked for. */
final class Fields {
    private final Item item;
    private final Map<String, Item> items;
    private final Set<String> known = new TreeSet<>();

    Fields(final Item item) {
        this.item = item;
        items = item.map();
    }

    /** The value of a key; null when it is absent. */
    Item get(final String key) {
        known.add(key);
        return items.get(key);
    }

    /** The value of a key that must be there. */
    Item must(final String key) {
        final Item found = get(key);
        if (found == null) {
            throw item.bad("'" + key + "' is missing");
        }
        return found;
    }

    /** Hands the value of a key on when there is one. */
    void with(final String key, final Consumer<Item> reader) {
        final Item found = get(key);
        if (found != null) {
            reader.accept(found);
        }
    }

    long durationNs(final String key, final long otherwise) {
        final Item found = get(key);
        return found == null ? otherwise : Quantity.durationNs(found);
    }

    long bytes(final String key, final long otherwise) {
        final Item found = get(key);
        return found == null ? otherwise : Quantity.bytes(found);
    }

    int bytes(final String key, final int otherwise, final int least, final int most) {
        final Item found = get(key);
        return found == null ? otherwise : Quantity.bytes(found, least, most);
    }

    int whole(final String key, final int otherwise, final int least, final int most) {
        final Item found = get(key);
        return found == null ? otherwise : (int) Quantity.whole(found, least, most);
    }

    String text(final String key, final String otherwise) {
        final Item found = get(key);
        return found == null ? otherwise : found.text();
    }

    /** The map itself, for messages. */
    Item item() {
        return item;
    }

    /** No more keys: whatever else stands here is a mistake. */
    void end() {
        for (final Map.Entry<String, Item> entry : items.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw entry.getValue().bad("there is no such key here; keys are " + String.join(", ", known));
            }
        }
    }
}
