"""Training by gradient descent: the process that refits the neural session model. Alone with TensorFlow."""
