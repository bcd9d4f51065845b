"""What is said in Indonesian."""

TEXT = """
[open]
baik, kita di sini lagi
selamat datang kembali, kita lanjutkan
mari kita lihat ada apa di sini
peta baru, nasib baru
pintunya terbuka, ayo masuk
oke, kita mulai
[quiet]
sepertinya tidak ada orang
coba kita lihat di balik sudut itu
saya kira lewat sini
pasti ada tombol di suatu tempat
sepi sekali di sini
di sana lebih gelap
kita belum pernah masuk ruangan ini
[idle]
kopi tadi pagi tidak enak sekali
di luar hujan, jadi cocok untuk main malam ini
kakak saya tidak pernah lewat tempat ini
suatu hari saya harus membersihkan papan ketik ini
setelah ini saya mau membuat teh
[busy]
terus maju, terus maju
di sana masih ada lagi
ke kiri, lalu ke kanan lagi
isi peluru dan lanjut
jangan diam saja
mereka datang dari mana-mana
[spotted]
itu ada {what}
lihat, {what}
awas, {what}
ada yang bergerak di sana
itu mereka
wah, ada tamu
[fight]
mulai
tembak
kalau begitu kita lawan
rasakan ini
ini jadi ribut
[kill]
kena
berkurang satu
yang itu tidak bangun lagi
satu lagi
berikutnya
sudah habis
[hurt]
aduh
sakit sekali
saya kena
dari mana itu
jangan dari belakang
[low]
nyawa saya tinggal sedikit
saya perlu kotak obat, cepat
sekali lagi kena, saya mati
ini gawat
saya harus keluar dari sini
[find]
oh, {what}
{what}, ini yang saya perlukan
di sini ada {what}
ini saya ambil
nanti kita perlukan
[win]
sepertinya itu semuanya
ruangan ini milik kita
selesai, dan saya masih berdiri
baik, tarik napas dulu
tidak ada lagi yang tersisa
[calls]
hei | oh | wah | ya | ayo | ha | jangan | astaga | aduh | waduh | apa
[asides]
nah | jadi | hm | baiklah | coba lihat | begini | menurut saya | jujur saja | oke | pokoknya
[shouts]
ayo ayo | ya ya ya | luar biasa | tembakan bagus | lebih cepat | ini gila | sekali lagi
jangan hari ini
[tails]
tapi tidak perlu buru-buru | kita lihat saja | seperti biasa | menurut saya
tidak ada yang istimewa | pelan-pelan saja | kira-kira begitu | bagi saya tidak apa-apa
[foe]
zombi | penembak | tentara | seseorang
[beast]
monster | iblis | sesuatu yang besar
[health]
kotak obat | sedikit nyawa
[armour]
baju zirah | rompi
[ammo]
peluru | sekotak peluru
[weapon]
senapan | senjata baru
[item]
sesuatu yang berguna | barang kecil
"""
