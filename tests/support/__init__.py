"""What tests of several areas stand on: the real broker. Nothing here asserts anything."""
