package dev.culvert.buffer;

import java.util.Arrays;

/** Objects that nobody uses for now, last returned first: that one is still in the processor's cache. Shard's thread only. */
public final class Pool<T> {
    private Object[] items = new Object[16];
    private int size;

    /** One of them, or null: there is none. */
    @SuppressWarnings("unchecked")
    public T take() {
        if (size == 0) {
            return null;
        }
        final Object item = items[--size];
        items[size] = null;
        return (T) item;
    }

    /** Nobody uses this one any more. */
    public void give(final T item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, 2 * size);
        }
        items[size++] = item;
    }
}
