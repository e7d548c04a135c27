-- The episodes of one alert: its key is its fingerprint, a colon and when it started.
CREATE INDEX ix_notifications_alerts ON notifications (split_part(key, ':', 1))
    WHERE source = 'ALERTMANAGER' AND event = 'OPENED';
