#!/bin/sh
# Slurm's Prolog (slurm.conf: Prolog=/etc/slurm/prolog.sh, PrologFlags=Alloc): tells Selvage whose job it is before the
# job's first process starts, so that the controller needs no question. slurmd runs it as root. An Epilog may remove
# the file: rm -f "/run/selvage/jobs/$SLURM_JOB_ID".
umask 022
folder=/run/selvage/jobs
mkdir -p "$folder" || exit 0  # a Prolog that fails drains the node
# The account comes last: where no accounting daemon checks it, it is whatever the submitter wrote, lines included.
{
  printf 'SLURM_JOB_ID=%s\n' "$SLURM_JOB_ID"
  printf 'SLURM_JOB_UID=%s\n' "$SLURM_JOB_UID"
  printf 'SLURM_JOB_USER=%s\n' "$SLURM_JOB_USER"
  printf 'SLURM_JOB_PARTITION=%s\n' "$SLURM_JOB_PARTITION"
  printf 'SLURM_JOB_NODELIST=%s\n' "$SLURM_JOB_NODELIST"
  printf 'SLURM_JOB_ACCOUNT=%s\n' "$SLURM_JOB_ACCOUNT"
} >"$folder/.$SLURM_JOB_ID" && mv "$folder/.$SLURM_JOB_ID" "$folder/$SLURM_JOB_ID"
exit 0
