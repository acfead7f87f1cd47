"""分级流转: the route of a case through village, township and county."""
