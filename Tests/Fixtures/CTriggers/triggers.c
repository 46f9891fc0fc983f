#include "triggers.h"
