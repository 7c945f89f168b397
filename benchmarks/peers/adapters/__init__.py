"""What runs inside the peers' environments: one module a library, which learns a split and answers its queries."""
