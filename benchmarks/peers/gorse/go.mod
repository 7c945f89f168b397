// What is built for the comparison: the server of Gorse, with the forks of two drivers that its own module names.
module peers/gorse

go 1.25

require github.com/gorse-io/gorse v0.5.9

replace (
	gorm.io/driver/clickhouse => github.com/gorse-io/clickhouse v0.3.3-0.20251121080503-d578f146896d
	gorm.io/driver/sqlite => github.com/gorse-io/sqlite v1.3.3-0.20220713123255-c322aec4e59e
)
