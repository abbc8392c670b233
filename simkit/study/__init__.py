"""Many runs and the answers drawn from them."""
