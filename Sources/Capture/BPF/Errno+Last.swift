internal import Glibc

func lastErrno() -> CInt { errno }
