package dev.culvert.kit.scenario;

import java.util.List;
import java.util.Map;

/** One value of a scenario, with the place where it stands: a text, a list or a map in the order of the file. */
final class Item {
    private final String where;
    private final String path;
    private final Object value;

    private Item(final String where, final String path, final Object value) {
        this.where = where;
        this.path = path;
        this.value = value;
    }

    static Item text(final String where, final String path, final String text) {
        return new Item(where, path, text);
    }

    static Item list(final String where, final String path, final List<Item> items) {
        return new Item(where, path, items);
    }

    /** A map that may still be changed. */
    static Item map(final String where, final String path, final Map<String, Item> items) {
        return new Item(where, path, items);
    }

    /** What is wrong here, as an exception to throw. */
    ScenarioException bad(final String what) {
        return new ScenarioException(where + ": " + (path.isEmpty() ? "" : path + ": ") + what);
    }

    String where() {
        return where;
    }

    String path() {
        return path;
    }

    boolean isText() {
        return value instanceof String;
    }

    boolean isMap() {
        return value instanceof Map;
    }

    String text() {
        if (value instanceof String text) {
            return text;
        }
        throw bad("one value is needed here, not " + (isMap() ? "a map" : "a list"));
    }

    /** The items of a list; a single value is a list of one. */
    @SuppressWarnings("unchecked")
    List<Item> list() {
        return value instanceof List ? (List<Item>) value : List.of(this);
    }

    @SuppressWarnings("unchecked")
    Map<String, Item> map() {
        if (value instanceof Map) {
            return (Map<String, Item>) value;
        }
        throw bad("keys with values are needed here, not '" + this + "'");
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
