"""Events as other systems write them: GA4, Segment, Google Retail, Snowplow and CloudEvents, mapped by one table."""
