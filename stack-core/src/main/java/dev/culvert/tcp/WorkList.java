package dev.culvert.tcp;

import java.util.Arrays;

/** A first-in, first-out list that allocates only while it grows. Shard's thread only. */
public final class WorkList<T> {
    private T[] items;
    private int head;
    private int size;

    /** {@code initial} is the first array, its length a power of two. */
    WorkList(final T[] initial) {
        items = initial;
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return size == 0;
    }

    void add(final T item) {
        if (size == items.length) {
            final T[] larger = Arrays.copyOf(items, 2 * size);
            for (int i = 0; i < size; i++) {
                larger[i] = items[head + i & size - 1];
            }
            items = larger;
            head = 0;
        }
        items[head + size & items.length - 1] = item;
        size++;
    }

    T poll() {
        if (size == 0) {
            return null;
        }
        final T item = items[head];
        items[head] = null;
        head = head + 1 & items.length - 1;
        size--;
        return item;
    }
}
