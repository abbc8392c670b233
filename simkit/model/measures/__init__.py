"""What an outcome means: measures with unit and denominator, and the tables behind them."""
