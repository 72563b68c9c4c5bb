package dev.culvert.tun.control;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Named settings that can be read and changed while a stack runs. Filled before use; then any thread. */
public final class Settings {
    /** Changes one setting. */
    @FunctionalInterface
    public interface Setter {
        /** Takes the value as text; throws when it does not fit, with a message that says what would. */
        void set(String value) throws ControlException;
    }

    private record Setting(Supplier<String> getter, Setter setter) {}

    private final Map<String, Setting> settings = new TreeMap<>();

    /** Adds a setting. */
    public Settings add(final String name, final Supplier<String> getter, final Setter setter) {
        settings.put(name, new Setting(getter, setter));
        return this;
    }

    /** Names in alphabetical order. */
    public List<String> names() {
        return List.copyOf(settings.keySet());
    }

    /** A setting's value. */
    public String get(final String name) throws ControlException {
        return find(name).getter().get();
    }

    /** Changes a setting. */
    public void set(final String name, final String value) throws ControlException {
        find(name).setter().set(value);
    }

    private Setting find(final String name) throws ControlException {
        final Setting setting = settings.get(name);
        if (setting == null) {
            throw new ControlException("no setting '" + name + "'; there are " + String.join(", ", settings.keySet()));
        }
        return setting;
    }
}
