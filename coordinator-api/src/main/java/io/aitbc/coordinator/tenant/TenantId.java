package io.aitbc.coordinator.tenant;

/** What a tenant id looks like. */
final class TenantId {

    static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}";
    static final String RULE = "must be 1 to 64 letters, digits and . _ : -, beginning with a letter or digit";

    private TenantId() {}
}
