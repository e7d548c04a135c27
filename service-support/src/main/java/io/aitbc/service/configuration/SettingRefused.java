package io.aitbc.service.configuration;

/** A setting with which a service must not start; the message begins with the variable's name and says what to do. */
public final class SettingRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingRefused(String message) {
        super(message);
    }
}
