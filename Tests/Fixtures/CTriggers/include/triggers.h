/* What tests do to the kernel that Swift can't say. */
#ifndef SELVAGE_TRIGGERS_H
#define SELVAGE_TRIGGERS_H
#endif
