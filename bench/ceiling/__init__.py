"""The least a Django survey can do: a page rendered once with only the CSRF token put in, validation, one insert."""
