package io.aitbc.gpu.bad;

/** The way to a class that is not public. */
public final class TellsTheTimeFixture {

    public static final Class<?> TYPE = TellsTheTime.class;

    private TellsTheTimeFixture() {}
}
