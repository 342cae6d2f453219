# Run by U-Boot, compiled to boot.scr on the boot partition. It chooses the slot
# (root file system A or B) and counts its tries: a slot that never becomes
# healthy is left after BOOT_TRIES for the other one. What it remembers is one
# sector, 1 MiB into the card, before the first partition, written whole or not
# at all; its format is that of U-Boot's environment (CRC, then NAME=VALUE), and
# RAUC writes it too (fw_setenv, /etc/fw_env.config).
if test "${devtype}" = mmc; then
	# A Pi, whichever U-Boot's environment: its usual places leave too little room
	# between kernel and initramfs.
	mmc dev ${devnum}
	setenv kernel_addr_r 0x00080000
	setenv ramdisk_addr_r 0x06000000
fi
setenv state 0x800
setenv boot_order_default "A B"
setenv scratch ${ramdisk_addr_r}
setenv BOOT_ORDER
setenv BOOT_A_LEFT
setenv BOOT_B_LEFT
if ${devtype} read ${scratch} ${state} 1; then
	env import -c ${scratch} 0x200 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
fi
test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT @TRIES@
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT @TRIES@

setenv slot
for s in ${BOOT_ORDER}; do
	if test -n "${slot}"; then true
	elif test "${s}" = A; then
		if test ${BOOT_A_LEFT} -gt 0; then setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1; setenv slot A; setenv part 2; fi
	elif test "${s}" = B; then
		if test ${BOOT_B_LEFT} -gt 0; then setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1; setenv slot B; setenv part 3; fi
	fi
done
if test -z "${slot}"; then
	echo "No slot has tries left: beginning anew."
	setenv BOOT_A_LEFT @TRIES@
	setenv BOOT_B_LEFT @TRIES@
fi
env export -c -s 0x200 ${scratch} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
${devtype} write ${scratch} ${state} 1
test -n "${slot}" || reset

# One line of further words for the kernel may stand in kernel-words.txt.
setenv more
if fatload ${devtype} ${devnum}:1 ${scratch} kernel-words.txt; then
	env import -t ${scratch} ${filesize} more
fi
# Of Debian's security modules those that need no policy, which there is none of here.
echo "Slot ${slot}, tries left: A ${BOOT_A_LEFT}, B ${BOOT_B_LEFT}"
setenv bootargs "root=PARTUUID=@DISK@-0${part} ro rootwait rauc.slot=${slot} panic=10 lsm=landlock,yama fsck.mode=skip quiet loglevel=3 ${more}"
test -n "${fdt_addr}" || setenv fdt_addr ${fdtcontroladdr}
ext4load ${devtype} ${devnum}:${part} ${kernel_addr_r} /boot/vmlinuz && ext4load ${devtype} ${devnum}:${part} ${ramdisk_addr_r} /boot/initrd.img && booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr}
echo "Slot ${slot} did not start."
reset
